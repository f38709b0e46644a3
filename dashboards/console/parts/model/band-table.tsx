import type { ModelReview } from '../../api/learning-answers.ts';
import { count } from '../../format/numbers.ts';

/** False alarms and missed harm by how much traffic the rollouts had. */
export function BandTable({ byBand }: Pick<ModelReview, 'byBand'>) {
  return (
    <div class="grid content-start gap-2">
      <h3>By traffic</h3>
      {byBand.length === 0 ? (
        <p class="quiet">No rollout that it was asked about has both its traffic and its label known yet.</p>
      ) : (
        <table class="figures w-full">
          <thead>
            <tr>
              <th scope="col">traffic</th>
              <th scope="col">false alarms</th>
              <th scope="col">missed harm</th>
            </tr>
          </thead>
          <tbody>
            {byBand.map(({ band, benign, falseAlarms, harmful, missed }) => (
              <tr key={band}>
                <td>{band}</td>
                <td>{benign === 0 ? '–' : `${count(falseAlarms)} of ${count(benign)}`}</td>
                <td>{harmful === 0 ? '–' : `${count(missed)} of ${count(harmful)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
