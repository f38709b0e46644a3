import type { PassReport } from '../../controller/index.ts';
import { type Clock, isInProgress, type Rollout, type Scope } from '../../domain/index.ts';
import { assessmentFigures, exposureFigures, type Figure, holdFigures, standingFigures } from './rollout-figures.ts';
import type { RolloutCounter, RolloutGauge } from './rollout-metrics.ts';

/** How long a rollout that has ended is still shown: long enough to see how it ended. */
const ENDED_MS = 3_600_000;

/** What a pass of this process found is shown for so long: by then another process looks at the rollout. */
const PASS_MS = 60_000;

/** Most rollouts shown at once, so that a flood of them cannot drown whoever reads the figures. */
export const MAX_SHOWN_ROLLOUTS = 200;

type PublishedRollout = Scope & { readonly rollout: Rollout };

/** What is shown of one rollout. */
interface Shown {
  rollout: Rollout;
  endedAtMs: number | null;
  pass: ShownPass | null;
  /** By name and labels. */
  readonly counts: Map<string, Figure<RolloutCounter>>;
}

/** What the newest pass of this process has found. */
interface ShownPass {
  readonly generation: number;
  readonly atMs: number;
  /** Age of the newest closed window then; null before the first. */
  readonly dataAgeMs: number | null;
  readonly holds: readonly Figure<RolloutGauge>[];
  /** Of the newest pass that had something to decide. */
  readonly assessment: readonly Figure<RolloutGauge>[];
}

/** A figure with all labels that it is shown with. */
export type LabelledFigure = Figure & { readonly labels: { readonly rollout: string } };

/**
 * The rollouts that this process shows to Prometheus: those in progress, and for an hour those that it saw end.
 *
 * Where a rollout stands is known from what is published, whoever moved it; evidence only from passes of this process.
 */
export class ShownRollouts {
  readonly #shown = new Map<string, Shown>();
  readonly #clock: Clock;
  readonly #listPublished: () => Iterable<PublishedRollout>;

  constructor(clock: Clock, listPublished: () => Iterable<PublishedRollout>) {
    this.#clock = clock;
    this.#listPublished = listPublished;
  }

  /** Counts the move of a person, and shows where it has brought the rollout. */
  showMove(scope: Scope, rollout: Rollout, verb: string): void {
    const shown = this.#shownOf(scope, rollout);
    if (shown !== undefined) count(shown, [{ name: 'moves_total', value: 1, labels: { verb } }]);
  }

  /** Shows what a pass has found; `rollout` is where it stands afterwards. */
  showPass(scope: Scope, rollout: Rollout, { observation, outcome, record, wasApplied }: PassReport): void {
    const shown = this.#shownOf(scope, rollout);
    if (shown === undefined) return;
    const { generation } = observation.rollout.state;
    const before = shown.pass?.generation === generation ? shown.pass : null;
    const { closedThroughMs, nowMs } = observation;
    shown.pass = {
      generation,
      atMs: this.#clock.nowMs(),
      dataAgeMs: closedThroughMs > 0 ? nowMs - closedThroughMs : null,
      holds: holdFigures(outcome.decision),
      // An assessment is worked out as it is read; where there is a record, that has been done already.
      assessment:
        record === undefined && before !== null
          ? before.assessment
          : assessmentFigures(rollout.definition, outcome.assessment),
    };
    if (!wasApplied) return;
    const { action, reasons } = outcome.decision;
    const labels = { decision: action, reason_code: reasons[0]?.code ?? 'none' };
    count(shown, [{ name: 'decisions_total', value: 1, labels }, ...exposureFigures(observation.windows)]);
  }

  /** All figures as they stand now. */
  figures(): readonly LabelledFigure[] {
    this.#follow();
    const nowMs = this.#clock.nowMs();
    return [...this.#shown].flatMap(([key, { rollout, pass, counts }]) => {
      const [tenant, environment, name] = key.split('\n') as [string, string, string];
      const isFresh = pass !== null && nowMs - pass.atMs < PASS_MS && pass.generation === rollout.state.generation;
      const figures = [...standingFigures(rollout), ...(isFresh ? passFigures(pass, nowMs) : []), ...counts.values()];
      return figures.map((figure) => ({
        ...figure,
        labels: { tenant, environment, rollout: name, ...figure.labels },
      }));
    });
  }

  /** Takes in what is published, and forgets what is over, or was taken back by somebody else. */
  #follow(): void {
    const nowMs = this.#clock.nowMs();
    const published = new Set<string>();
    for (const { rollout, ...scope } of this.#listPublished()) {
      published.add(keyOf(scope, rollout));
      if (isInProgress(rollout) || this.#shown.has(keyOf(scope, rollout))) this.#shownOf(scope, rollout);
    }
    for (const [key, { rollout, endedAtMs }] of this.#shown) {
      const isGone = isInProgress(rollout) && !published.has(key);
      const isOver = endedAtMs !== null && nowMs - endedAtMs > ENDED_MS;
      if (isGone || isOver || rollout.state.isArchived) this.#shown.delete(key);
    }
  }

  #shownOf(scope: Scope, rollout: Rollout): Shown | undefined {
    const key = keyOf(scope, rollout);
    const known = this.#shown.get(key);
    if (known === undefined && this.#shown.size >= MAX_SHOWN_ROLLOUTS) return undefined;
    const shown = known ?? { rollout, endedAtMs: null, pass: null, counts: new Map() };
    if (known === undefined) this.#shown.set(key, shown);
    if (rollout.state.revision >= shown.rollout.state.revision) shown.rollout = rollout;
    shown.endedAtMs = isInProgress(shown.rollout) ? null : (shown.endedAtMs ?? this.#clock.nowMs());
    return shown;
  }
}

function count({ counts }: Shown, figures: readonly Figure<RolloutCounter>[]): void {
  for (const figure of figures) {
    const key = JSON.stringify([figure.name, figure.labels]);
    counts.set(key, { ...figure, value: (counts.get(key)?.value ?? 0) + figure.value });
  }
}

function passFigures({ atMs, dataAgeMs, holds, assessment }: ShownPass, nowMs: number): readonly Figure[] {
  const age: readonly Figure[] =
    dataAgeMs === null
      ? []
      : [{ name: 'data_age_seconds', labels: {}, value: (dataAgeMs + Math.max(0, nowMs - atMs)) / 1000 }];
  return [...age, ...holds, ...assessment];
}

function keyOf({ tenant, environment }: Scope, { definition }: Rollout): string {
  return [tenant, environment, definition.rollout].join('\n');
}
