import { beforeAll, describe, expect, it } from 'vitest';
import { backOffMs } from '../../../provider/back-off.ts';
import { FAULTS, type Fault, FaultyFront } from '../faulty-front.ts';
import { aFlagSet, aSnapshot } from '../flag-server.ts';
import { aClient, aServer, cleanUp } from '../harness.ts';
import { settle } from '../manual-clock.ts';

const OUTAGE_MS = 600_000;
/** Longest step of time between two looks at the client, shorter than every limit of silence. */
const STRIDE_MS = 5_000;
/** Even the slowest failure, a stream that drips for a minute, leaves room for these. */
const LEAST_REQUESTS = 8;
/** Each kind of failure is told once, however often it happens. */
const MAX_COMPLAINTS = 3;
/** The longest waits that chance can bring. */
const worstLuck = () => 0.999;

/** Attempts that the waits between them leave room for, if each fails at once, and the pulls of polling. */
function mostRequests(): number {
  let attempts = 1;
  for (let elapsedMs = 0; elapsedMs <= OUTAGE_MS; attempts += 1) elapsedMs += backOffMs(attempts - 1, worstLuck);
  const leastPollIntervalMs = 30_000;
  return attempts + 1 + OUTAGE_MS / leastPollIntervalMs;
}

/** A client behind a front that does the fault, before or after the client has had flags. */
async function aClientBehind(fault: Fault, hasFlags: boolean) {
  const server = await aServer();
  const front = await FaultyFront.start(server.port);
  cleanUp(() => front.stop());
  if (!hasFlags) front.become(fault);
  const made = aClient(front, { random: worstLuck });
  if (hasFlags) {
    await made.client.ready();
    while (server.streams.size === 0) await settle();
    front.become(fault);
  }
  server.snapshot = aSnapshot({ version: 2, flagSet: aFlagSet('red') });
  return { front, ...made };
}

/** Ten minutes of the fault and then its end. */
async function outage(fault: Fault, hasFlags: boolean) {
  const { front, client, clock, errors } = await aClientBehind(fault, hasFlags);
  const seen = new Set<string>();
  const startMs = clock.nowMs();
  while (clock.nowMs() - startMs < OUTAGE_MS) {
    clock.advance(Math.min(STRIDE_MS, Math.max(1, clock.waits[0] ?? STRIDE_MS)));
    front.drip();
    await settle();
    const { value, reason } = client.details('color', 'string', 'green');
    // How soon it is told is for the tests of the watchdogs; a minute is past all of them.
    if (clock.nowMs() - startMs > 60_000) seen.add(`${value} ${reason} ${client.status().state}`);
  }
  const requestCount = front.faultyRequestCount;
  front.become(undefined);
  const healedAtMs = clock.nowMs();
  await clock.advanceUntil(() => client.status().state === 'ready', { strideMs: 100 });
  const recoveryMs = clock.nowMs() - healedAtMs;
  return {
    seen: [...seen],
    requestCount,
    errorCount: errors.length,
    recoveryMs,
    value: client.string('color', ''),
  };
}

type Figures = Awaited<ReturnType<typeof outage>>;
const figures: Record<string, { readonly withFlags: Figures; readonly without: Figures }> = {};

// All at once: time is virtual, what takes long is waiting for sockets.
beforeAll(async () => {
  await Promise.all(
    Object.entries(FAULTS).map(async ([name, fault]) => {
      const [withFlags, without] = await Promise.all([outage(fault, true), outage(fault, false)]);
      figures[name] = { withFlags, without };
    }),
  );
});

describe.each(Object.keys(FAULTS))('ten minutes of a server that %s', (name) => {
  it('leave a client serving its flags as stale, and one without flags not ready', () => {
    const { withFlags, without } = figures[name]!;
    expect(withFlags.seen).toEqual(['blue STALE stale']);
    expect(without.seen).toEqual(['green ERROR notReady']);
  });

  it('are over for both within ten seconds of its end', () => {
    for (const { recoveryMs, value } of Object.values(figures[name]!)) {
      expect(recoveryMs).toBeLessThanOrEqual(10_000);
      expect(value).toBe('red');
    }
  });

  it('cost no more requests than the waits between them allow, and few complaints', () => {
    for (const { requestCount, errorCount } of Object.values(figures[name]!)) {
      expect(requestCount).toBeLessThanOrEqual(mostRequests());
      expect(requestCount).toBeGreaterThanOrEqual(LEAST_REQUESTS);
      expect(errorCount).toBeLessThanOrEqual(MAX_COMPLAINTS);
    }
  });
});
