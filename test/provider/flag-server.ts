import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type FlagSet,
  hashFlag,
  hashSnapshot,
  type MetricReport,
  type ReportRow,
  type RolloutOverlay,
  SNAPSHOT_SCHEMA_VERSION,
  type Snapshot,
} from '../../domain/index.ts';

/** A snapshot with a valid hash. */
export function aSnapshot(part: Partial<Snapshot> = {}): Snapshot {
  const { flagSet = aFlagSet(), rollouts = [], settings = { bucketing: 'murmur3', staticContext: {} } } = part;
  const hash = hashOf({ flagSet, rollouts, settings });
  const basis = { schemaVersion: SNAPSHOT_SCHEMA_VERSION, environment: 'test', epoch: 1, version: 1, hash };
  return { ...basis, ...part, flagSet, rollouts, settings };
}

/** The hash of a snapshot with this content. */
export function hashOf(content: Pick<Snapshot, 'flagSet' | 'rollouts' | 'settings'>): string {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const flags = Object.entries(content.flagSet.flags);
  return hashSnapshot(content, new Map(flags.map(([key, flag]) => [key, hashFlag(flag, sha256)])), sha256);
}

/** One flag of each type, without targeting. */
export function aFlagSet(color = 'blue'): FlagSet {
  return {
    flags: {
      checkout: { state: 'ENABLED', variants: { off: false, on: true }, defaultVariant: 'off' },
      color: { state: 'ENABLED', variants: { blue: 'blue', red: 'red' }, defaultVariant: color },
      limit: { state: 'ENABLED', variants: { low: 10, high: 100 }, defaultVariant: 'low' },
      theme: { state: 'ENABLED', variants: { plain: { font: 'serif' } }, defaultVariant: 'plain' },
      retired: { state: 'DISABLED', variants: { on: true }, defaultVariant: 'on' },
      undecided: { state: 'ENABLED', variants: { on: true } },
    },
  };
}

/** A rollout of the flag `checkout` that measures one metric of each kind. */
export function anOverlay(part: Partial<RolloutOverlay> = {}): RolloutOverlay {
  return {
    rollout: 'checkout-on',
    flag: 'checkout',
    generation: 1,
    control: 'off',
    treatments: [{ variant: 'on', split: 100_000 }],
    coverage: 50_000,
    bucketBy: 'targetingKey',
    salt: 'salt',
    isMeasured: true,
    windowMs: 10_000,
    attributionMs: 5_000,
    segments: [],
    metrics: [
      { metric: 'errors', kind: 'rate', signal: 'error' },
      { metric: 'latency', kind: 'duration', signal: 'latency' },
      { metric: 'purchase', kind: 'rate', signal: 'event' },
      { metric: 'revenue', kind: 'value', signal: 'event' },
    ],
    ...part,
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The control plane as clients see it, to be steered by a test. */
export class FlagServer {
  snapshot: Snapshot;
  /** Paths asked for, in order. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  readonly reports: MetricReport[] = [];
  readonly streams = new Set<ServerResponse>();
  /** Answers instead of the usual when set. */
  onSnapshot: Handler | undefined;
  onStream: Handler | undefined;
  onReport: ((report: MetricReport, response: ServerResponse) => void) | undefined;
  #server: Server;

  private constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(snapshot = aSnapshot(), port = 0): Promise<FlagServer> {
    const server = new FlagServer(snapshot);
    await server.listen(port);
    return server;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Rows of all reports, each counted once however often it was sent. */
  get rows(): readonly ReportRow[] {
    const bySequence = new Map(
      this.reports.map((report) => [`${report.source} ${report.epoch} ${report.sequence}`, report.rows]),
    );
    return [...bySequence.values()].flat();
  }

  countOf(path: string): number {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** Publishes a snapshot and pushes it to all streams. */
  publish(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    for (const stream of this.streams) writeSnapshot(stream, snapshot);
  }

  /** Pushes a delta to all streams, whatever it says. */
  pushDelta(delta: unknown, snapshot = this.snapshot): void {
    const { environment, epoch, version } = snapshot;
    this.snapshot = snapshot;
    for (const stream of this.streams) {
      stream.write(`id: ${environment}:${epoch}.${version}\nevent: delta\ndata: ${JSON.stringify(delta)}\n\n`);
    }
  }

  heartbeat({ version, hash }: Pick<Snapshot, 'version' | 'hash'> = this.snapshot): void {
    for (const stream of this.streams) writeHeartbeat(stream, { version, hash });
  }

  dropStreams(): void {
    for (const stream of this.streams) stream.destroy();
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.push({ path, headers: request.headers });
    if (request.headers.authorization !== 'Bearer key') refuse(response, 401);
    else if (path === '/api/v1/snapshot') (this.onSnapshot ?? this.#sendSnapshot.bind(this))(request, response);
    else if (path === '/api/v1/snapshot/stream') (this.onStream ?? this.#openStream.bind(this))(request, response);
    else if (path === '/api/v1/reports') void this.#takeReport(request, response);
    else refuse(response, 404);
  }

  #sendSnapshot(request: IncomingMessage, response: ServerResponse): void {
    const etag = `"${this.snapshot.hash}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(JSON.stringify(this.snapshot));
  }

  #openStream(request: IncomingMessage, response: ServerResponse): void {
    const { environment, epoch, version } = this.snapshot;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 0\n\n');
    this.streams.add(response);
    response.once('close', () => this.streams.delete(response));
    if (request.headers['last-event-id'] === `${environment}:${epoch}.${version}`) {
      writeHeartbeat(response, this.snapshot);
    } else {
      writeSnapshot(response, this.snapshot);
    }
  }

  async #takeReport(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const report: MetricReport = JSON.parse(Buffer.concat(chunks).toString());
    this.reports.push(report);
    if (this.onReport === undefined) acknowledge(response);
    else this.onReport(report, response);
  }
}

/** Answers as for a report that was counted. */
export function acknowledge(response: ServerResponse, lateRowCount = 0): void {
  response.writeHead(200).end(JSON.stringify({ isDuplicate: false, lateRowCount }));
}

/** Answers with a problem. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    .end(JSON.stringify({ status, detail: `because of ${status}` }));
}

function writeSnapshot(stream: ServerResponse, snapshot: Snapshot): void {
  const { environment, epoch, version } = snapshot;
  stream.write(`id: ${environment}:${epoch}.${version}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
}

function writeHeartbeat(stream: ServerResponse, { version, hash }: Pick<Snapshot, 'version' | 'hash'>): void {
  stream.write(`event: heartbeat\ndata: ${JSON.stringify({ version, hash })}\n\n`);
}
