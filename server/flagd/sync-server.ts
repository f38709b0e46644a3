import { Server, ServerCredentials } from '@grpc/grpc-js';
import { GOING_AWAY } from './call-status.ts';
import { OpenCalls } from './open-calls.ts';
import { FLAG_SYNC_SERVICE } from './sync-protocol.ts';
import { createSyncService, type SyncDependencies } from './sync-service.ts';

/** Streams of one key: more processes than this with one key read through a flagd daemon. */
const MAX_STREAMS_PER_KEY = 1_000;

/** Longest that closing waits for readers to take their last message. */
const CLOSE_LIMIT_MS = 2_000;

const LIMITS = {
  'grpc.max_receive_message_length': 4 * 1024,
  'grpc.max_concurrent_streams': 100,
  // A reader that vanished without a word is found by the ping that it does not answer.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.max_connection_idle_ms': 300_000,
};

/** Where to listen. */
export interface SyncServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** In PEM; null: without TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly maxStreamsPerKey?: number;
}

/** A sync server that answers calls. */
export interface SyncServer {
  readonly port: number;
  /** Tells every stream to come back later, and closes; nobody is waited for longer than two seconds. */
  close(): Promise<void>;
}

/** Starts flagd's sync service; rejects when the port or the certificate cannot be used. */
export async function startSyncServer(deps: SyncDependencies, options: SyncServerOptions): Promise<SyncServer> {
  const openCalls = new OpenCalls(options.maxStreamsPerKey ?? MAX_STREAMS_PER_KEY);
  const server = new Server(LIMITS);
  server.addService(FLAG_SYNC_SERVICE, createSyncService(deps, openCalls));
  const port = await listen(server, options);
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      openCalls.endAll(GOING_AWAY);
      const limit = setTimeout(() => server.forceShutdown(), CLOSE_LIMIT_MS);
      await closed;
      clearTimeout(limit);
    },
  };
}

function listen(server: Server, { host, port, tls }: SyncServerOptions): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentialsOf(tls), (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
}

function credentialsOf(tls: SyncServerOptions['tls']): ServerCredentials {
  if (tls === null) return ServerCredentials.createInsecure();
  const { certificate, key } = tls;
  return ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) }]);
}
