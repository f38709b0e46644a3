import type { RolloutDefinition, Scope, Storage } from '../../domain/index.ts';
import { Application } from './application.ts';
import type { Choices } from './choices.ts';
import { startController } from './controllers.ts';
import { definitionOf } from './definitions.ts';
import { drawSeason, type Season, startFaults } from './faults.ts';
import { ReportLedger } from './invariants/report-ledger.ts';
import type { Violate } from './invariants/violation.ts';
import { Witness } from './invariants/witness.ts';
import { Machine } from './machine.ts';
import type { Hub, Parts } from './parts.ts';
import { actOnce } from './people.ts';
import { connect } from './store/connect.ts';
import { openStatements } from './store/open-statements.ts';
import type { AllStatements } from './store/statements.ts';
import { emptyTables, type Tables } from './store/tables.ts';
import { Trace } from './trace.ts';
import { VirtualTime } from './virtual-time.ts';
import { CALM, Weather } from './weather.ts';

/** The environment of every run. */
export const SCOPE: Scope = { tenant: 'acme', environment: 'production' };

const START_MS = 1_760_000_000_000;

/** How long everything has to catch up when nothing fails any more. */
export const HEALING_MS = 60_000;

/** Traffic ends this long before the end, so that the last reports can be counted and decided on. */
const QUIET_MS = 25_000;

/** Faults end at the latest after this. */
const FAULTS_MS = { least: 25_000, most: 50_000 };

/** Some machines join later. */
const START_MS_AFTER = { least: 0, most: [1_000, 1_000, 1_000, 15_000] };

const RESTART_MS = { least: 300, most: 15_000 };
/** Some people are in a hurry, others nearly let automation be. */
const PERSON_MS = { least: 500, most: [5_000, 40_000] };
const RECONCILE_MS = 1_000;
const WINDOW_MS = 3_000;

/** Everything that takes part in one run. */
export class World {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly tables: Tables = emptyTables();
  readonly witness: Witness;
  readonly ledger: ReportLedger;
  readonly healsAtMs: number;
  readonly endsAtMs: number;
  readonly applications = new Map<Machine, Application>();
  readonly hubs: { readonly machine: Machine; hub: Hub }[] = [];
  readonly #choices: Choices;
  readonly #parts: Parts;
  readonly #violate: Violate;
  readonly #weather: Weather;
  readonly #statements: AllStatements;
  readonly #starts = new Map<Machine, () => void>();
  readonly #harmful = new Set<string>();

  constructor(choices: Choices, parts: Parts, violate: Violate) {
    this.#choices = choices;
    this.#parts = parts;
    this.#violate = violate;
    this.time = new VirtualTime(START_MS, choices);
    this.trace = new Trace(this.time);
    this.ledger = new ReportLedger(violate);
    this.healsAtMs = START_MS + choices.between(FAULTS_MS.least, FAULTS_MS.most);
    this.endsAtMs = this.healsAtMs + HEALING_MS;
    const { time, trace } = this;
    const season = drawSeason(choices);
    this.#weather = new Weather(season.climate, this.healsAtMs, { time, choices, trace });
    this.#weather.onCrash = (machine) => this.#restartLater(machine);
    const note = (what: string) => trace.note('database', what);
    this.witness = new Witness({ tables: this.tables, clock: time, ledger: this.ledger, violate, note });
    this.#statements = this.witness.watch(this.#openStatements(season));
    const definitions = this.#prepare();
    this.#populate(definitions);
    startFaults(season, { time, choices, trace, weather: this.#weather, machines: [...this.#starts.keys()] });
    time.after(this.healsAtMs - START_MS, () => this.#heal());
  }

  #openStatements({ claimShare }: Season): AllStatements {
    const drawBytes = (count: number) => Uint8Array.from({ length: count }, () => this.#choices.between(0, 255));
    const opened = openStatements(this.tables, { clock: this.time, drawBytes });
    const claimDue: typeof opened.rollouts.claimDue = (limit, claimMs) =>
      opened.rollouts.claimDue(limit, claimMs * claimShare);
    const statements = { ...opened, rollouts: { ...opened.rollouts, claimDue } };
    return this.#parts.plantStatements?.(statements, this.tables, this.time) ?? statements;
  }

  /** One or two flags, each with a rollout that runs and one that may follow it. */
  #prepare(): readonly RolloutDefinition[] {
    const { flags, rollouts } = this.#statements;
    const by = { actor: 'key:person' };
    flags.createEnvironment(SCOPE);
    const names = this.#choices.chance(0.4) ? ['checkout', 'search'] : ['checkout'];
    return names.flatMap((flag) => {
      const definition = { state: 'ENABLED', variants: { off: false, on: true }, defaultVariant: 'off' } as const;
      flags.writeFlag(SCOPE, flag, definition, by);
      const definitions = [1, 2].map((number) => definitionOf(`${flag}-${number}`, flag, WINDOW_MS));
      for (const { rollout } of definitions) if (this.#choices.chance(0.3)) this.#harmful.add(rollout);
      const [first] = definitions;
      rollouts.createRollout(SCOPE, first!, by);
      rollouts.moveRollout(SCOPE, first!.rollout, {
        ...by,
        verb: 'start',
        fromPhases: ['draft'],
        phase: 'running',
        coverage: first!.stages[0]!.coverage,
      });
      return definitions;
    });
  }

  #populate(definitions: readonly RolloutDefinition[]): void {
    const count = (least: number, most: number) =>
      Array.from({ length: this.#choices.between(least, most) }, (_, n) => n);
    for (const n of count(1, this.#choices.pick([1, 4]))) this.#addController(`controller-${n}`);
    for (const n of count(1, 2)) this.#addHub(`hub-${n}`);
    for (const n of count(1, 3)) this.#addApplication(`web-${n}`);
    this.#addPerson(definitions);
  }

  #addController(name: string): void {
    this.#add(name, (machine) => {
      const storage = this.#storageFor(machine);
      startController(machine, this.#parts.plantStorage?.(storage, machine) ?? storage, this.#violate);
    });
  }

  #addHub(name: string): void {
    this.#add(name, (machine) => {
      const hub = this.#parts.openHub(this.#storageFor(machine).flags, SCOPE);
      const known = this.hubs.find((other) => other.machine === machine);
      if (known === undefined) this.hubs.push({ machine, hub });
      else known.hub = hub;
      const reconcile = () => {
        void hub.reconcile().then(
          () => machine.goOnAfter(RECONCILE_MS, reconcile),
          () => machine.goOnAfter(RECONCILE_MS, reconcile),
        );
      };
      reconcile();
    });
  }

  #addApplication(name: string): void {
    let epoch = 0;
    this.#add(name, (machine) => {
      epoch += 1;
      const application = new Application(
        {
          machine,
          choices: this.#choices,
          scope: SCOPE,
          origin: `key-of-${name}`,
          windows: this.#storageFor(machine).windows,
          hubs: this.hubs,
          openReader: this.#parts.openReader,
          latencyMs: () => this.#weather.latencyMs(),
          ledger: this.ledger,
          violate: this.#violate,
          harmful: this.#harmful,
          windowMs: WINDOW_MS,
          hasTraffic: () => this.time.nowMs() < this.endsAtMs - QUIET_MS,
        },
        epoch,
      );
      this.applications.set(machine, application);
      application.start();
    });
  }

  /** People stop when the faults do: whoever keeps pressing buttons never sees things settle. */
  #addPerson(definitions: readonly RolloutDefinition[]): void {
    const mostMs = this.#choices.pick(PERSON_MS.most);
    this.#add('person', (machine) => {
      const parts = { machine, choices: this.#choices, scope: SCOPE, storage: this.#storageFor(machine), definitions };
      machine.repeat(
        () => this.#choices.between(PERSON_MS.least, mostMs),
        () => this.time.nowMs() < this.healsAtMs && actOnce(parts),
      );
    });
  }

  #add(name: string, start: (machine: Machine) => void): void {
    const machine = new Machine(name, this.time);
    this.#starts.set(machine, () => {
      machine.isUp = true;
      start(machine);
    });
    const { least, most } = START_MS_AFTER;
    this.time.resumeAfter(this.#choices.between(least, this.#choices.pick(most)), () => this.#starts.get(machine)!());
  }

  #storageFor(machine: Machine): Storage {
    return connect(this.#statements, this.#weather.carryFor(machine));
  }

  #restartLater(machine: Machine): void {
    const delayMs = this.#choices.between(RESTART_MS.least, RESTART_MS.most);
    this.time.resumeAfter(Math.min(delayMs, Math.max(0, this.healsAtMs - this.time.nowMs())), () => {
      this.trace.note(machine.name, 'starts again');
      this.#starts.get(machine)!();
    });
  }

  #heal(): void {
    this.trace.note('weather', 'nothing fails any more');
    this.#weather.climate = CALM;
    for (const machine of this.#starts.keys()) machine.clockAheadMs = 0;
  }
}
