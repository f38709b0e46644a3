import { type RateSides, RISK_FEATURES_V2, type RiskStratum } from '../../../models/index.ts';
import type { TrainingRow } from '../../../training/index.ts';
import { type SeededDraws, seededDraws } from '../../models/seeded-draws.ts';

/** One run of the small world. */
export interface SmallRun {
  readonly runId: string;
  readonly isHarmful: boolean;
  readonly vectors: readonly (readonly number[])[];
}

const MINUTES = 24;

/** What is different about treatment, and how much. */
interface Harm {
  readonly type: 'errors' | 'slow' | 'conversions';
  readonly factor: number;
}

/**
 * Rollouts of 24 minutes at a tenth of the traffic, half of them harmful from the start: more errors, more slow requests
 * or fewer conversions. In a third of them a shared incident multiplies the errors of both sides; some have no business
 * metric.
 */
export function smallWorld(runCount: number, seed: number): { rows: TrainingRow[]; runs: SmallRun[] } {
  const [rows, runs]: [TrainingRow[], SmallRun[]] = [[], []];
  for (let index = 0; index < runCount; index += 1) {
    const draws = seededDraws(seed * 10_007 + index);
    const harm = index % 2 === 0 ? null : anyHarm(draws);
    const isSharedIncident = draws.uniform() < 1 / 3 ? 1 : 0;
    const vectors = playRun(draws, harm, isSharedIncident);
    const runId = `run-${seed}-${index}`;
    runs.push({ runId, isHarmful: harm !== null, vectors });
    vectors.forEach((features, minute) => {
      if (minute < 4 || minute % 3 !== 1) return;
      const label = harm === null ? 0 : 1;
      rows.push({ runId, features, label, isSharedIncident, isDataFault: 0, harmType: harm?.type ?? null, weight: 1 });
    });
  }
  return { rows, runs };
}

function anyHarm(draws: SeededDraws): Harm {
  const type = (['errors', 'slow', 'conversions'] as const)[Math.floor(3 * draws.uniform())]!;
  return { type, factor: type === 'conversions' ? 0.7 : 1.6 + 2 * draws.uniform() };
}

function playRun(draws: SeededDraws, harm: Harm | null, isSharedIncident: 0 | 1): readonly (readonly number[])[] {
  const n = 1000 * (1 + 4 * draws.uniform());
  const hasBusiness = draws.uniform() < 0.8;
  const shock = isSharedIncident === 0 ? 1 : 2 + 6 * draws.uniform();
  let state = RISK_FEATURES_V2.empty();
  return Array.from({ length: MINUTES }, (_, minute) => {
    const sides = (type: Harm['type'], rate: number): RateSides => {
      const side = (units: number, factor: number) => {
        const counted = draws.poisson(units);
        return { n: counted, x: Math.min(counted, draws.poisson(counted * rate * factor)) };
      };
      return {
        kind: 'rate',
        treatment: side(n / 10, harm?.type === type ? harm.factor : 1),
        control: side(0.9 * n, 1),
      };
    };
    const stratum: RiskStratum = {
      errors: sides('errors', 0.01 * (minute >= 10 ? shock : 1)),
      slow: sides('slow', 0.02),
      ...(hasBusiness ? { business: { ...sides('conversions', 0.1), goodDirection: 'higher' } } : {}),
      treatmentShare: 0.1,
      minutesAtCoverage: minute,
      minutesSinceStart: minute,
      isBurnIn: false,
    };
    const step = RISK_FEATURES_V2.addStratum(state, stratum);
    state = step.state;
    return step.vector;
  });
}
