import { rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { oneBatchAtATime } from './one-batch-at-a-time.ts';
import { openCluster } from './open-cluster.ts';

/** What the thread is started with. */
export interface EmbeddedWorkerData {
  readonly dataDirectory: string;
  readonly socketPath: string;
}

/** More than the process ever opens; the server's own default is 1. */
const MAX_CONNECTIONS = 100;

const { dataDirectory, socketPath } = workerData as EmbeddedWorkerData;

// A predecessor that died has left its socket behind.
rmSync(socketPath, { force: true });
const database = await openCluster(dataDirectory).catch((error: unknown) => {
  throw new Error(`The embedded database in ${dataDirectory} cannot be opened: ${String(error)}`);
});
// All connections are one backend, which heeds no options of a connection: jobs find their tables by this.
await database.exec('set search_path to public, bullmq');
const guarded = oneBatchAtATime(database, (error) =>
  setImmediate(() => {
    throw error;
  }),
);
const server = new PGLiteSocketServer({ db: guarded, path: socketPath, maxConnections: MAX_CONNECTIONS });
await server.start();

parentPort!.once('message', () => void stop());
parentPort!.postMessage('ready');

async function stop(): Promise<void> {
  await server.stop();
  await database.close();
  process.exit(0);
}
