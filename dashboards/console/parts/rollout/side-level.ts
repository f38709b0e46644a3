import type { HealthAssessment } from '../../api/answers.ts';
import { milliseconds, percent, significant } from '../../format/numbers.ts';

type Side = HealthAssessment['treatments'][number]['guardrails'][number]['treatment'];

/** What one side of a comparison comes to: p95 and median of a duration, mean of a value, else the rate. */
export function levelOf({ rate, p50Ms, p95Ms, mean }: Side): string {
  if (p95Ms !== null) return `${milliseconds(p95Ms)}${p50Ms === null ? '' : ` (${milliseconds(p50Ms)})`}`;
  if (mean !== null) return significant(mean, 4);
  return rate === null ? '–' : percent(rate);
}
