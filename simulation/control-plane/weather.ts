import { Problem } from '../../domain/index.ts';
import type { Choices } from './choices.ts';
import type { Machine } from './machine.ts';
import type { Carry } from './store/connect.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How often things go wrong; probabilities per statement. */
export interface Climate {
  /** How long a message takes at most, as a rule. */
  readonly latencyMs: number;
  /** A message takes seconds. */
  readonly delay: number;
  /** A connection breaks, before its statement was done or after it. */
  readonly loss: number;
  /** A process is stopped when it would get an answer. */
  readonly stop: number;
  /** A process ends when it would get an answer. */
  readonly crash: number;
  /** The same two for a process that has just written a decision down and not applied it yet. */
  readonly stopWithDecision: number;
  readonly crashWithDecision: number;
}

/** No faults at all. */
export const CALM: Climate = {
  latencyMs: 8,
  delay: 0,
  loss: 0,
  stop: 0,
  crash: 0,
  stopWithDecision: 0,
  crashWithDecision: 0,
};

/** From a pause of the garbage collector to a machine that sleeps. */
const STOPS_MS = [1_500, 8_000, 20_000, 90_000];
const MAX_DELAY_MS = 14_000;

/** The network and the machines' fate: carries statements to the database and answers back. */
export class Weather {
  climate: Climate;
  /** Until then nobody reaches the database. */
  databaseAwayUntilMs = 0;
  /** No stop or cut lasts longer than until then. */
  readonly healsAtMs: number;
  /** Called after a machine has ended. */
  onCrash: (machine: Machine) => void = () => {};
  readonly #time: VirtualTime;
  readonly #choices: Choices;
  readonly #trace: Trace;

  constructor(climate: Climate, healsAtMs: number, { time, choices, trace }: WeatherParts) {
    this.climate = climate;
    this.healsAtMs = healsAtMs;
    this.#time = time;
    this.#choices = choices;
    this.#trace = trace;
  }

  /** Carries the statements of one machine. */
  carryFor(machine: Machine): Carry {
    return (name, statement) =>
      new Promise((resolve, reject) => {
        const life = machine.life;
        this.#time.after(this.latencyMs(), () => {
          // What a process sent before its end may or may not have left it.
          if (machine.life !== life && this.#choices.chance(0.5)) return;
          const answer = this.#carryOut(machine, statement);
          if (machine.life !== life) return;
          machine.goOnAfter(this.latencyMs(), () => {
            this.#meetFate(machine, name, () => ('result' in answer ? resolve(answer.result) : reject(answer.error)));
          });
        });
      });
  }

  /** How long a message is on its way. */
  latencyMs(): number {
    if (this.#choices.chance(this.climate.delay)) return this.#choices.between(500, MAX_DELAY_MS);
    return this.#choices.between(1, this.#choices.chance(0.03) ? 300 : this.climate.latencyMs);
  }

  /** The end of something that lasts at most `mostMs`, but not beyond the faults themselves. */
  endWithin(mostMs: number): number {
    return Math.min(this.#time.nowMs() + this.#choices.between(500, mostMs), this.healsAtMs);
  }

  /** Ends a machine in the middle of what it does. */
  crash(machine: Machine): void {
    this.#trace.note(machine.name, 'crashes');
    machine.crash();
    this.onCrash(machine);
  }

  /** Stops a machine for a while. */
  stop(machine: Machine): void {
    const untilMs = this.endWithin(this.#choices.pick(STOPS_MS));
    this.#trace.note(machine.name, `is stopped for ${untilMs - this.#time.nowMs()} ms`);
    machine.stopUntil(untilMs);
  }

  #carryOut<Result>(machine: Machine, statement: () => Result): { result: Result } | { error: unknown } {
    const { loss } = this.climate;
    const isAway = this.#time.nowMs() < Math.max(this.databaseAwayUntilMs, machine.cutOffUntilMs);
    if (isAway || this.#choices.chance(loss)) return { error: unavailable() };
    try {
      const result = statement();
      return this.#choices.chance(loss) ? { error: unavailable() } : { result };
    } catch (error) {
      return { error };
    }
  }

  #meetFate(machine: Machine, name: string, goOn: () => void): void {
    const { stop, crash, stopWithDecision, crashWithDecision } = this.climate;
    const hasDecision = name === 'decisions.append';
    if (this.#choices.chance(hasDecision ? crashWithDecision : crash)) {
      this.crash(machine);
    } else if (this.#choices.chance(hasDecision ? stopWithDecision : stop)) {
      this.stop(machine);
      machine.goOnAfter(0, goOn);
    } else {
      goOn();
    }
  }
}

/** What the weather works with. */
export interface WeatherParts {
  readonly time: VirtualTime;
  readonly choices: Choices;
  readonly trace: Trace;
}

function unavailable(): Problem {
  return new Problem('unavailable', 'the connection failed or timed out');
}
