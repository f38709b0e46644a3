import { type ReportRow, type RolloutOverlay, SHARE_TOTAL } from '../../domain/index.ts';
import type { Choices } from './choices.ts';

const UNITS_PER_WINDOW = 40_000;
const ERROR_RATE = 0.02;
const HARM = 2;

/** What one process saw of a rollout in one window. */
export interface Traffic {
  readonly overlay: RolloutOverlay;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether the treatment fails more often than control. */
  readonly isHarmful: boolean;
}

/** The rows of one process for one window: enough units that a few windows tell harm from none. */
export function drawRows({ overlay, startMs, endMs, isHarmful }: Traffic, choices: Choices): readonly ReportRow[] {
  const { rollout, generation, coverage, control, treatments } = overlay;
  const total = UNITS_PER_WINDOW + choices.between(-100, 100);
  const treated = Math.round((total * coverage) / SHARE_TOTAL);
  const row = (variant: string, units: number, errorRate: number): ReportRow => ({
    rollout,
    generation,
    coverage,
    variant,
    startMs,
    endMs,
    units,
    newUnits: units,
    requests: units,
    metrics: { errors: { kind: 'rate', exposures: units, events: drawEvents(units * errorRate, choices) } },
  });
  const sides = [
    row(control, total - treated, ERROR_RATE),
    row(treatments[0]!.variant, treated, ERROR_RATE * (isHarmful ? HARM : 1)),
  ];
  return sides.filter(({ units }) => units > 0);
}

/** About as scattered as a count of that mean: the sum of three uniforms has a standard deviation of one half. */
function drawEvents(mean: number, { uniform }: Choices): number {
  const scatter = 2 * (uniform() + uniform() + uniform() - 1.5);
  return Math.max(0, Math.round(mean + scatter * Math.sqrt(mean)));
}
