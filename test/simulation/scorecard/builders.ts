import { seededDraws } from '../../../simulation/draws.ts';
import type { RunOutcome } from '../../../simulation/scorecard/run-outcome.ts';
import type { ScoreCardPlan } from '../../../simulation/scorecard/score-card.ts';

const MINUTE = 60_000;

/** A harmful run that was taken back five minutes after it began to harm. */
export function aHarmfulRun(change: Partial<RunOutcome> = {}): RunOutcome {
  return {
    scenario: 'H1',
    kind: 'harmful',
    seed: 1,
    policy: 'a',
    end: 'rolledBack',
    endedAtMs: 15 * MINUTE,
    harmedSinceMs: 10 * MINUTE,
    harmlessSinceMs: null,
    harm: 0.1,
    segmentHarm: 0.2,
    hoursTo95: null,
    steps: 2,
    reversals: 0,
    flaggedAtMs: null,
    faultSinceMs: null,
    actedOnFault: false,
    ...change,
  };
}

/** A benign run that came through, at 95 % after an hour. */
export function aBenignRun(change: Partial<RunOutcome> = {}): RunOutcome {
  const { scenario, kind } = { scenario: 'B1', kind: 'benign' } as const;
  const end = { end: 'completed', endedAtMs: 120 * MINUTE, harmedSinceMs: null, hoursTo95: 1 } as const;
  return aHarmfulRun({ scenario, kind, ...end, harm: 0, segmentHarm: 0, steps: 4, ...change });
}

/** A run whose telemetry broke after an hour, which was flagged five minutes later. */
export function aFaultyRun(change: Partial<RunOutcome> = {}): RunOutcome {
  const { scenario, kind } = { scenario: 'D1', kind: 'dataFault' } as const;
  return aBenignRun({ scenario, kind, faultSinceMs: 60 * MINUTE, flaggedAtMs: 65 * MINUTE, ...change });
}

/** A plan without sweeps and references. */
export function aPlan(change: Partial<ScoreCardPlan> = {}): ScoreCardPlan {
  const base = { title: 'Score card', date: '2026-01-01', traces: 'synthetic series', seed: 1, resamples: 200 };
  return { ...base, sweeps: [], references: [], ...change };
}

/** Outcomes of some policies in the same invented worlds; `haste` makes one fast, harmful and rash. */
export function inventOutcomes(
  policies: Readonly<Record<string, { readonly haste: number }>>,
  seeds: number,
): RunOutcome[] {
  return Object.entries(policies).flatMap(([policy, { haste }], stream) =>
    Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) => {
      const world = seededDraws(seed, 0);
      const { uniform } = seededDraws(seed, stream + 1);
      const harm = Math.min(1, haste * world.uniform());
      const end = uniform() < 0.02 * haste ? 'rolledBack' : 'completed';
      const isCaught = uniform() > 0.2 * haste;
      return [
        aHarmfulRun({ policy, seed, harm, segmentHarm: 2 * harm, end: isCaught ? 'rolledBack' : 'completed' }),
        aHarmfulRun({
          policy,
          seed,
          scenario: 'H2',
          harm: harm / 2,
          endedAtMs: Math.round((11 + 60 * uniform()) * MINUTE),
        }),
        aBenignRun({ policy, seed, end, hoursTo95: (1 + world.uniform()) / haste }),
        aBenignRun({ policy, seed, scenario: 'B10', hoursTo95: (2 + world.uniform()) / haste }),
        aFaultyRun({ policy, seed, actedOnFault: uniform() < 0.3 * haste }),
      ];
    }),
  );
}
