import type { Clock } from '../../domain/index.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A process: it may be stopped for a while, end at any moment, and have a clock that is wrong. */
export class Machine {
  readonly name: string;
  /** Its own clock, which may be wrong. */
  readonly clock: Clock;
  clockAheadMs = 0;
  /** Until then the database cannot be reached from here. */
  cutOffUntilMs = 0;
  /** Between its start and its end. */
  isUp = false;
  readonly #time: VirtualTime;
  #life = 0;
  #stoppedUntilMs = 0;

  constructor(name: string, time: VirtualTime) {
    this.name = name;
    this.#time = time;
    this.clock = { nowMs: () => time.nowMs() + this.clockAheadMs };
  }

  /** Goes on after a while, at the earliest when the machine is not stopped any more; never after its end. */
  goOnAfter(delayMs: number, run: () => void): void {
    const life = this.#life;
    const arrive = () => {
      if (this.#life !== life) return;
      if (this.isStopped) this.#time.resumeAfter(this.#stoppedUntilMs - this.#time.nowMs(), arrive);
      else run();
    };
    this.#time.resumeAfter(delayMs, arrive);
  }

  /** Does something again and again, each time after a wait of its own choosing. */
  repeat(nextDelayMs: () => number, task: () => unknown): void {
    this.goOnAfter(nextDelayMs(), () => {
      task();
      this.repeat(nextDelayMs, task);
    });
  }

  /** Whether it lies still. */
  get isStopped(): boolean {
    return this.#time.nowMs() < this.#stoppedUntilMs;
  }

  /** Which life this is: whatever waits from an earlier one never goes on. */
  get life(): number {
    return this.#life;
  }

  /** Lies still until then, and knows nothing of it afterwards. */
  stopUntil(untilMs: number): void {
    this.#stoppedUntilMs = Math.max(this.#stoppedUntilMs, untilMs);
  }

  /** Ends in the middle of whatever it does. */
  crash(): void {
    this.#life += 1;
    this.#stoppedUntilMs = 0;
    this.isUp = false;
  }
}
