import { setTimeout as sleep } from 'node:timers/promises';

/** A clock that can be waited with, ms. */
export interface WaitingClock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const REAL: WaitingClock = { now: () => performance.now(), sleep };

/** Asks, and then leaves whoever answered to everybody else for as long as that took. */
export async function takingTurns<Answer>(ask: () => Promise<Answer>, clock: WaitingClock = REAL): Promise<Answer> {
  const askedMs = clock.now();
  const answer = await ask();
  await clock.sleep(clock.now() - askedMs);
  return answer;
}
