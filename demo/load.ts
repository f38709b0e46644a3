import { Agent, get } from 'node:http';

/** What was seen of one variant of one page, from outside. */
export interface Tally {
  requests: number;
  failures: number;
}

/** Requests on their way. */
export interface Load {
  /** Path → variant → what was seen. */
  readonly tallies: ReadonlyMap<string, ReadonlyMap<string, Tally>>;
  readonly requests: () => number;
  /** Requests that got no answer at all. */
  readonly unanswered: () => number;
  stop(): Promise<void>;
}

/** How many users there are; each request comes from one of them at random. */
const USERS = 200_000;
const SLICE_MS = 20;
const MAX_SOCKETS = 64;

/** Sends real requests to every path, evenly, at the given rate per path and second, until stopped. */
export function startLoad(baseUrl: string, paths: readonly string[], perSecond: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const tallies = new Map(paths.map((path) => [path, new Map<string, Tally>()]));
  const startedMs = performance.now();
  const inFlight = new Set<Promise<void>>();
  let sent = 0;
  let unanswered = 0;

  const request = (path: string): Promise<void> =>
    new Promise((resolve) => {
      const user = `user-${Math.floor(Math.random() * USERS)}`;
      const fail = () => {
        unanswered += 1;
        resolve();
      };
      get(`${baseUrl}${path}?user=${user}`, { agent }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.once('error', fail).once('end', () => {
          count(tallies.get(path)!, (JSON.parse(body) as { variant: string }).variant, response.statusCode! >= 500);
          resolve();
        });
      }).once('error', fail);
    });

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond * paths.length);
    for (; sent < due; sent += 1) {
      const flight = request(paths[sent % paths.length]!).finally(() => inFlight.delete(flight));
      inFlight.add(flight);
    }
  }, SLICE_MS);

  return {
    tallies,
    requests: () => sent,
    unanswered: () => unanswered,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(inFlight);
      agent.destroy();
    },
  };
}

function count(variants: Map<string, Tally>, variant: string, isFailure: boolean): void {
  const tally = variants.get(variant) ?? { requests: 0, failures: 0 };
  tally.requests += 1;
  if (isFailure) tally.failures += 1;
  variants.set(variant, tally);
}
