import type { Rollout } from '../../api/answers.ts';
import { percent, percentOfShare, significant } from '../../format/numbers.ts';
import { span } from '../../format/times.ts';

/** What the rollout was asked to do. */
export function Plan({ definition }: Pick<Rollout, 'definition'>) {
  const stages = definition.stages.map(({ coverage, dwellMs }) => `${percentOfShare(coverage)} for ${span(dwellMs)}`);
  const rows: readonly (readonly [string, string])[] = [
    ['stages', `${stages.join(', ')} at least`],
    ['bake', `${span(definition.bakeMs)} with ${percentOfShare(definition.holdback)} kept in control`],
    ['windows', `${span(definition.windowMs)}; outcomes up to ${span(definition.attributionMs)} after their exposure`],
    ['burn-in', span(definition.burnInMs)],
    ['alpha', `${significant(definition.alpha, 3)}: how often a harmless rollout may be rolled back`],
    ['beyond one half', `not worse than ${percent(definition.nonInferiorityMargin)} must be shown`],
    ['patience', `${span(definition.patienceMs)}, then ${definition.onInconclusive}`],
    ['bucketed by', `${definition.bucketBy}, salt “${definition.salt}”`],
    ['segments', definition.segments.join(', ') || 'none'],
    ['metrics', definition.metrics.map(({ metric, role }) => `${metric} (${role})`).join(', ')],
    ['risk model', definition.riskModel ?? 'off'],
    ['allocation', allocationInWords(definition)],
  ];
  return (
    <details class="panel">
      <summary class="cursor-pointer font-semibold">Plan</summary>
      <dl class="mt-3 grid gap-x-6 gap-y-1 sm:grid-cols-[9rem_1fr]">
        {rows.map(([name, value]) => (
          <div key={name} class="contents">
            <dt class="quiet">{name}</dt>
            <dd class="number mb-1 sm:mb-0">{value}</dd>
          </div>
        ))}
        {definition.audience !== undefined && (
          <>
            <dt class="quiet">audience</dt>
            <dd>
              <code class="text-xs">{JSON.stringify(definition.audience)}</code>
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

function allocationInWords({ allocation, treatments }: Rollout['definition']): string {
  if (allocation?.policy !== 'adaptive') return treatments.map(({ split }) => percentOfShare(split)).join(' / ');
  const objectives = allocation.objectives.map(({ metric, importance }) => `${metric} (${significant(importance, 3)})`);
  const byAttribute = allocation.byAttribute === undefined ? '' : `, apart by ${allocation.byAttribute.attribute}`;
  return `adaptive by ${objectives.join(', ')}${byAttribute}; ${percentOfShare(allocation.floor)} at least, ${percentOfShare(allocation.maxMove)} a step at most`;
}
