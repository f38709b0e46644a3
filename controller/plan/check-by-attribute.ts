import type { RolloutDefinition, Violation } from '../../domain/index.ts';

/** What keeps the splits of a plan from depending on an attribute; nothing where they do not. */
export function checkByAttribute({
  allocation,
  segments,
  metrics,
  riskModel,
  beyondHalf,
}: RolloutDefinition): readonly Violation[] {
  if (allocation?.byAttribute === undefined) return [];
  const { attribute } = allocation.byAttribute;
  const path = '/allocation/byAttribute/attribute';
  const kindOf = (name: string) => metrics.find(({ metric }) => metric === name)?.kind;
  return [
    ...(segments.includes(attribute)
      ? []
      : [{ path, message: `"${attribute}" is none of the segments of this rollout` }]),
    ...(attribute === '$flagd' || attribute.startsWith('$flagd.')
      ? [
          {
            path,
            message: 'must be an attribute of the unit: what "$flagd" holds changes from one evaluation to the next',
          },
        ]
      : []),
    ...allocation.objectives.flatMap(({ metric }, index) =>
      kindOf(metric) === 'value'
        ? [
            {
              path: `/allocation/objectives/${index}/metric`,
              message: 'must be a rate: of values it is not known which segment they come from',
            },
          ]
        : [],
    ),
    ...metrics.flatMap(({ metric, source }, index) =>
      source.kind === 'reports'
        ? []
        : [
            {
              path: `/metrics/${index}/source`,
              message: `"${metric}" must come from reports: ${source.kind} does not tell which split a unit had`,
            },
          ],
    ),
    ...(riskModel === 'hold' || riskModel === 'rollback' || beyondHalf === 'evidence-or-model'
      ? [
          {
            path: '/riskModel',
            message: 'the risk model does not know splits that differ by attribute: it must be off',
          },
        ]
      : []),
  ];
}
