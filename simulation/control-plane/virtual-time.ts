import type { Clock } from '../../domain/index.ts';
import type { Choices } from './choices.ts';
import { EventQueue } from './event-queue.ts';

/** Turns in which whoever was resumed gets to the next thing that it waits for; one that is slower only takes longer. */
const TURNS = 16;

/** Time that passes from event to event; what happens at the same moment comes in an order of the seed's choosing. */
export class VirtualTime implements Clock {
  readonly #choices: Choices;
  readonly #events = new EventQueue();
  #nowMs: number;

  constructor(startMs: number, choices: Choices) {
    this.#nowMs = startMs;
    this.#choices = choices;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Does something by itself after a while. */
  after(delayMs: number, run: () => void): void {
    this.#add(delayMs, run, false);
  }

  /** Lets somebody who waits go on after a while. */
  resumeAfter(delayMs: number, run: () => void): void {
    this.#add(delayMs, run, true);
  }

  /** Lets time pass until the moment is reached, or until it is over before. */
  async runUntil(endMs: number, isOver: () => boolean): Promise<void> {
    for (;;) {
      const event = this.#events.next;
      if (event === undefined || event.atMs > endMs || isOver()) break;
      this.#events.removeNext();
      this.#nowMs = event.atMs;
      event.run();
      if (event.resumes) for (let turn = 0; turn < TURNS; turn += 1) await null;
    }
  }

  #add(delayMs: number, run: () => void, resumes: boolean): void {
    this.#events.add({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#choices.uniform(), resumes, run });
  }
}
