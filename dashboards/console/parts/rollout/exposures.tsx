import { allocationAt, intendedShares, isDividedByLeaf } from '../../../../domain/index.ts';
import type { HealthAssessment, Rollout } from '../../api/answers.ts';
import { count, percent, percentOfShare, significant } from '../../format/numbers.ts';
import { EvidenceBar } from '../evidence-bar.tsx';
import { Moment } from '../moment.tsx';

/** Who was seen: units by variant against the intended split, the health of the data, and the risk budget. */
export function Exposures({
  assessment,
  definition,
  coverage,
  admission,
}: {
  readonly assessment: HealthAssessment;
  readonly definition: Rollout['definition'];
  /** What the units were seen under. */
  readonly coverage: number;
  readonly admission: Rollout['state']['admission'];
}) {
  const { sampleRatio, riskBudget, reporting, incidents } = assessment;
  return (
    <section class="grid gap-4 md:grid-cols-2">
      <div class="panel grid content-start gap-3">
        <h2>
          Exposures <span class="quiet font-normal">at {percentOfShare(coverage)} coverage</span>
        </h2>
        <Units assessment={assessment} definition={definition} coverage={coverage} admission={admission} />
        <EvidenceBar label="sample ratio mismatch" {...sampleRatio} />
        {sampleRatio.mismatchAtMs !== null && (
          <p class="text-error">
            The observed split is not the intended one since <Moment atMs={sampleRatio.mismatchAtMs} />: the comparison
            cannot be trusted.
          </p>
        )}
      </div>
      <div class="panel grid content-start gap-3">
        <h2>Risk budget and data</h2>
        {riskBudget === null ? (
          <p class="quiet">No risk budget: steps are limited by the plan alone.</p>
        ) : (
          <div class="grid gap-1">
            <p class="number">
              {significant(Math.max(0, riskBudget.left), 3)} of {riskBudget.badEvents} bad events of {riskBudget.metric}{' '}
              left
            </p>
            <div class="h-1.5 overflow-hidden rounded-full bg-base-300" aria-hidden="true">
              <div class="h-full bg-primary" style={{ width: `${shareOf(riskBudget.left, riskBudget.badEvents)}%` }} />
            </div>
          </div>
        )}
        <dl class="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt class="quiet">missing reports</dt>
          <dd class="number">{percent(reporting.missingShare)}</dd>
          <dt class="quiet">late reports</dt>
          <dd class="number">{percent(reporting.lateShare)}</dd>
          <dt class="quiet">clock furthest off</dt>
          <dd class="number">
            {reporting.clockSkew === null ? '–' : `${count(reporting.clockSkew.ms)} ms (${reporting.clockSkew.source})`}
          </dd>
          {reporting.quarantined.length > 0 && (
            <>
              <dt class="quiet">in quarantine</dt>
              <dd>{reporting.quarantined.join(', ')}</dd>
            </>
          )}
        </dl>
        {incidents.map(({ metric, newestRate, usualRate, sinceMs }) => (
          <p key={metric} class="text-warning">
            Control is in trouble, too: {metric} at {percent(newestRate)} where {percent(usualRate)} is usual, since{' '}
            <Moment atMs={sinceMs} />.
          </p>
        ))}
      </div>
    </section>
  );
}

function Units({ assessment: { units }, definition, coverage, admission }: Parameters<typeof Exposures>[0]) {
  const total = Object.values(units).reduce((sum, seen) => sum + seen, 0);
  const intended = intendedShares(allocationAt(definition, coverage, admission));
  const rows = [
    ...definition.treatments.map(({ variant }, index) => [variant, intended.treatments[index] ?? 0] as const),
    [definition.control, intended.control] as const,
  ];
  return (
    <table class="figures w-full">
      <thead>
        <tr>
          <th scope="col">variant</th>
          <th scope="col">units</th>
          <th scope="col">observed</th>
          <th scope="col">{isDividedByLeaf(admission, coverage) ? 'intended for units in no leaf' : 'intended'}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([variant, share]) => (
          <tr key={variant}>
            <td>{variant}</td>
            <td>{count(units[variant] ?? 0)}</td>
            <td>{total === 0 ? '–' : percent((units[variant] ?? 0) / total)}</td>
            <td>{percentOfShare(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function shareOf(left: number, all: number): number {
  return Math.min(100, Math.max(0, (left / all) * 100));
}
