/** Something that happens at a moment; `order` tells apart what happens at the same one. */
export interface TimedEvent {
  readonly atMs: number;
  readonly order: number;
  /** Whether somebody who waits goes on, and needs turns for it. */
  readonly resumes: boolean;
  readonly run: () => void;
}

/** Events that are still to come, the next one first: a binary heap. */
export class EventQueue {
  readonly #events: TimedEvent[] = [];

  /** The next event. */
  get next(): TimedEvent | undefined {
    return this.#events[0];
  }

  /** Puts an event into its place. */
  add(event: TimedEvent): void {
    const events = this.#events;
    let index = events.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, events[parent]!)) break;
      events[index] = events[parent]!;
      index = parent;
    }
    events[index] = event;
  }

  /** Takes the next event out. */
  removeNext(): void {
    const events = this.#events;
    const last = events.pop();
    if (last === undefined || events.length === 0) return;
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || !isBefore(events[child]!, last)) break;
      events[index] = events[child]!;
      index = child;
    }
    events[index] = last;
  }

  #earlierChild(parent: number): number | undefined {
    const left = 2 * parent + 1;
    const [first, second] = [this.#events[left], this.#events[left + 1]];
    if (first === undefined) return undefined;
    return second !== undefined && isBefore(second, first) ? left + 1 : left;
  }
}

function isBefore(left: TimedEvent, right: TimedEvent): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}
