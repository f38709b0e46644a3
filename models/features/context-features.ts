import type { ContrastState } from './contrast-state.ts';
import { defineGroup } from './feature-set.ts';
import type { RiskStratum } from './risk-stratum.ts';

/** What is known of the moment beside the metrics; each explains itself. */
export const CONTEXT_DEFINITIONS = [
  ...defineGroup('traffic', [['traffic', 'ln(1 + units of both sides in the stratum)', 0, 50]]),
  ...defineGroup('share', [['share', "ln(treatment's share of eligible traffic)", -5.299, 0]]),
  ...defineGroup('atCoverage', [['atCoverage', 'ln(1 + minutes at this coverage)', 0, 20]]),
  ...defineGroup('sinceStart', [['sinceStart', 'five hours since the start', 0, 1]]),
  ...defineGroup('sharedShock', [['sharedShock', "ln(control's errors now / in the long run)", -50, 50]]),
];

/** Features 29 to 33, of the stratum and the errors after it. */
export function contextFeatures(stratum: RiskStratum, errors: ContrastState): readonly number[] {
  const { treatment, control } = stratum.errors;
  return [
    Math.log1p(treatment.n + control.n),
    Math.log(Math.max(stratum.treatmentShare, 0.005)),
    Math.log1p(stratum.minutesAtCoverage),
    Math.min(stratum.minutesSinceStart, 300) / 300,
    sharedShock(stratum, errors),
  ];
}

/** Control now against its long run; 0, which is "as always", while one of the two is not known. */
function sharedShock({ errors }: RiskStratum, { control }: ContrastState): number {
  if (errors.control.n === 0 || control.n === 0) return 0;
  const now = (errors.control.x + 0.5) / (errors.control.n + 1);
  return Math.log(now / ((control.sum + 0.5) / (control.n + 1)));
}
