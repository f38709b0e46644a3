import type { HealthAssessment } from '../../api/answers.ts';
import { count, powerOfTen, ratio } from '../../format/numbers.ts';
import { levelOf } from './side-level.ts';

/** A guardrail in the parts of the traffic that are watched by themselves, those with most evidence first. */
export function Segments({
  guardrail: { segments, metric },
}: {
  readonly guardrail: HealthAssessment['treatments'][number]['guardrails'][number];
}) {
  if (segments.length === 0) return null;
  const sorted = [...segments].sort((left, right) => right.log10 - left.log10);
  return (
    <details class="mt-2">
      <summary class="cursor-pointer">
        {segments.length} segments of {metric}
      </summary>
      <div class="overflow-x-auto">
        <table class="figures w-full">
          <thead>
            <tr>
              <th scope="col">segment</th>
              <th scope="col">treatment</th>
              <th scope="col">control</th>
              <th scope="col">units</th>
              <th scope="col">ratio</th>
              <th scope="col">evidence</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map((segment) => (
              <tr key={segment.segment}>
                <td>{segment.segment}</td>
                <td>{levelOf(segment.treatment)}</td>
                <td>{levelOf(segment.control)}</td>
                <td>{count(segment.treatment.exposures + segment.control.exposures)}</td>
                <td>{segment.ratio === null ? '–' : ratio(segment.ratio)}</td>
                <td>{powerOfTen(segment.log10)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
