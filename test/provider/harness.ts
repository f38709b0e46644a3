import { afterEach } from 'vitest';
import type { Snapshot } from '../../domain/index.ts';
import { type ClientOptions, createRampwrightClient, type RampwrightError } from '../../provider/index.ts';
import { FlagServer } from './flag-server.ts';
import { ManualClock } from './manual-clock.ts';

const clean: (() => unknown)[] = [];

/** Registers what is to be undone after the test, last first. */
export function cleanUp(undo: () => unknown): void {
  clean.push(undo);
}

afterEach(async () => {
  for (const undo of clean.splice(0).reverse()) await undo();
});

/** A server that is stopped after the test. */
export async function aServer(snapshot?: Snapshot): Promise<FlagServer> {
  const server = await FlagServer.start(snapshot);
  cleanUp(() => server.stop());
  return server;
}

/** A client of the server under a clock that stands still, with middling luck; closed after the test, or before by `close`. */
export function aClient(server: { readonly url: string }, options: Partial<ClientOptions> = {}) {
  const clock = new ManualClock();
  const errors: RampwrightError[] = [];
  const client = createRampwrightClient({
    url: server.url,
    apiKey: 'key',
    clock,
    random: () => 0.5,
    onError: (error) => errors.push(error),
    ...options,
  });
  const close = async (timeoutMs?: number) => {
    let isClosed = false;
    const closed = client.close(timeoutMs).then(() => {
      isClosed = true;
    });
    await clock.advanceUntil(() => isClosed);
    await closed;
  };
  cleanUp(() => close(0));
  return { client, clock, errors, close };
}

/** Units that `checkout` serves a variant to, found by a client that is not under test. */
export async function unitsServed(
  server: FlagServer,
  variant: 'on' | 'off',
  count: number,
): Promise<readonly string[]> {
  const { client } = aClient(server);
  await client.ready();
  const units: string[] = [];
  for (let index = 0; units.length < count; index += 1) {
    if (index > 1_000 * count) throw new Error(`nobody is served "${variant}"`);
    const targetingKey = `user-${index}`;
    if (client.details('checkout', 'boolean', false, { targetingKey }).variant === variant) units.push(targetingKey);
  }
  return units;
}
