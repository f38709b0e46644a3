import type { HealthAssessment, Rollout } from '../../api/answers.ts';
import { percent, percentOfShare, powerOfTen } from '../../format/numbers.ts';
import { Moment } from '../moment.tsx';

/** How units are divided among several treatments: who has how many, who gets the new ones, and who may be the best. */
export function Allocation({
  allocation,
  admission,
}: {
  readonly allocation: NonNullable<HealthAssessment['allocation']>;
  readonly admission: Rollout['state']['admission'];
}) {
  const { treatments, best, lineLog10, byAttribute } = allocation;
  return (
    <section class="panel grid gap-3" aria-labelledby="allocation">
      <h2 id="allocation">Allocation</h2>
      {best !== null && (
        <p class="text-success">
          “{best.variant}” is better than every other treatment, found <Moment atMs={best.atMs} />.
        </p>
      )}
      <table class="figures w-full">
        <thead>
          <tr>
            <th scope="col">treatment</th>
            <th scope="col">of new units</th>
            <th scope="col">of all units</th>
            <th scope="col">beyond control</th>
            <th scope="col">evidence of being best</th>
          </tr>
        </thead>
        <tbody>
          {treatments.map(({ variant, share, exposed, isWithdrawn, againstControl, log10 }) => (
            <tr key={variant} class={isWithdrawn ? 'quiet' : ''}>
              <td>
                {variant}
                {isWithdrawn && ' (withdrawn)'}
              </td>
              <td>{percentOfShare(share)}</td>
              <td>{percentOfShare(exposed)}</td>
              <td>{againstControl === null ? '–' : intervalInWords(againstControl)}</td>
              <td>
                {powerOfTen(log10)} of {powerOfTen(lineLog10)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {byAttribute !== undefined && <Leaves byAttribute={byAttribute} treatments={treatments} />}
      {admission !== undefined && (
        <p class="quiet text-xs">
          Units keep what they were admitted with. In {admission.layers.length} layers, up to coverage:{' '}
          {admission.layers
            .map(({ through, split }) => `${percentOfShare(through)} (${split.map(percentOfShare).join(' / ')})`)
            .join(', ')}
        </p>
      )}
    </section>
  );
}

/** Parts of the traffic whose new units are divided in another way; all others as the table above says. */
function Leaves({
  byAttribute: { attribute, leaves },
  treatments,
}: {
  readonly byAttribute: NonNullable<AllocationAssessment['byAttribute']>;
  readonly treatments: AllocationAssessment['treatments'];
}) {
  return (
    <table class="figures w-full">
      <caption class="quiet text-left text-xs">
        New units by {attribute}; those without a row are divided as above.
      </caption>
      <thead>
        <tr>
          <th scope="col">{attribute}</th>
          {treatments.map(({ variant }) => (
            <th scope="col" key={variant}>
              {variant}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {leaves.map(({ leaf, values, shares }) => (
          <tr key={leaf}>
            <td>{values.join(', ')}</td>
            {shares.map((share, index) => (
              <td key={treatments[index]!.variant}>{percentOfShare(share)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type AllocationAssessment = NonNullable<HealthAssessment['allocation']>;

function intervalInWords({ difference, lower, upper }: { difference: number; lower: number; upper: number }): string {
  return `${percent(difference)} (${percent(lower)} to ${percent(upper)})`;
}
