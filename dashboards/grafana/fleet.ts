import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { decisionAnnotations } from './annotations.ts';
import { frame, uidOf } from './frame.ts';
import { layOut } from './lay-out.ts';
import { COLOURS, MEANINGS, steps } from './palette.ts';
import { lines, number, table } from './panels.ts';
import { countInPhase, countNowIn, PHASE_WORDS, phaseOf } from './phase.ts';
import { ask, IN_ENVIRONMENT, rate, told } from './queries.ts';
import { CONTROL_LOOP, PROCESSES } from './servers.ts';
import { datasourceVariable, environmentVariable, ofMany, tenantVariable } from './variables.ts';

const EACH = ['tenant', 'environment', 'rollout'];
const NEARNESS = `${told('combined_evidence_log10', IN_ENVIRONMENT, [...EACH, 'variant'])} / ${told('combined_evidence_line_log10', IN_ENVIRONMENT, [...EACH, 'variant'])}`;
const NEAR = steps(COLOURS.good, [0.5, COLOURS.waiting], [1, COLOURS.bad]);
const OLD = steps(COLOURS.good, [120, COLOURS.waiting], [600, COLOURS.bad]);

const ROLLOUT_LINK = {
  title: 'This rollout',
  url: `/d/${uidOf('rollout')}?\${datasource:queryparam}&var-tenant=\${__data.fields.Tenant}&var-environment=\${__data.fields.Environment}&var-rollout=\${__value.raw:percentencode}&\${__url_time_range}`,
};

const NUMBERS = [
  number({
    title: 'Running',
    description: 'Rollouts that are going on now.',
    width: 4,
    asked: [ask(countNowIn('running', IN_ENVIRONMENT), 'running')],
    thresholds: steps(COLOURS.moving),
  }),
  number({
    title: 'Paused',
    description: 'Rollouts that a person has stopped: they do not ramp, and their guardrails stay armed.',
    width: 4,
    asked: [ask(countNowIn('paused', IN_ENVIRONMENT), 'paused')],
    thresholds: steps(COLOURS.neutral, [1, COLOURS.waiting]),
  }),
  number({
    title: 'Completed in this time',
    description: 'Rollouts that ended well in the time shown at the top right.',
    width: 4,
    asked: [ask(countInPhase('completed', IN_ENVIRONMENT), 'completed')],
    thresholds: steps(COLOURS.neutral, [1, COLOURS.good]),
  }),
  number({
    title: 'Rolled back in this time',
    description:
      'Rollouts that were taken back in the time shown, by a guardrail or by a person. The marks in the pictures say when and why.',
    width: 4,
    asked: [ask(countInPhase('rolledBack', IN_ENVIRONMENT), 'rolled back')],
    thresholds: steps(COLOURS.good, [1, COLOURS.bad]),
  }),
  number({
    title: 'Nearest to its line',
    description:
      'The highest evidence of harm of any rollout, as a share of the line at which it is taken back. From a half on it does not ramp; at one it is rolled back.',
    width: 4,
    unit: 'percentunit',
    asked: [ask(`max(${NEARNESS})`, 'of the line')],
    thresholds: NEAR,
  }),
  number({
    title: 'Oldest data',
    description: 'Age of the newest window of the rollout that was not heard of for longest. Old data hold a rollout.',
    width: 4,
    unit: 's',
    asked: [ask(`max(${told('data_age_seconds', IN_ENVIRONMENT)})`, 'old')],
    thresholds: OLD,
  }),
];

const ROLLOUTS = table({
  title: 'Rollouts',
  description:
    'Every rollout in progress or ended within the hour. A click on its name opens its own dashboard. Harm: evidence as a share of the line that takes it back.',
  width: 24,
  asked: [
    ask(phaseOf(IN_ENVIRONMENT, EACH), 'phase'),
    ask(told('rollout_coverage_ratio', IN_ENVIRONMENT, EACH), 'coverage'),
    ask(told('rollout_stage', IN_ENVIRONMENT, EACH), 'stage'),
    ask(`max by (${EACH.join(', ')}) (${NEARNESS})`, 'harm'),
    ask(told('data_age_seconds', IN_ENVIRONMENT, EACH), 'age'),
  ],
  columns: [
    { field: 'tenant', name: 'Tenant' },
    { field: 'environment', name: 'Environment' },
    { field: 'rollout', name: 'Rollout', link: ROLLOUT_LINK },
    { field: 'Value #A', name: 'Phase', mappings: [PHASE_WORDS] },
    { field: 'Value #B', name: 'Coverage', unit: 'percentunit' },
    { field: 'Value #C', name: 'Stage' },
    { field: 'Value #D', name: 'Harm', unit: 'percentunit', thresholds: NEAR },
    { field: 'Value #E', name: 'Age of data', unit: 's', thresholds: OLD },
  ],
});

const DECISIONS = [
  lines({
    title: 'Decisions',
    description: 'Decisions per minute. A running rollout makes one a window, and mostly that is to hold.',
    width: 8,
    min: 0,
    isStacked: true,
    colours: MEANINGS,
    asked: [ask(`${rate('decisions_total', IN_ENVIRONMENT, ['decision'])} * 60`, '{{decision}}')],
  }),
  lines({
    title: 'What rollouts wait for',
    description:
      'How many rollouts give each reason for waiting. docs/rollouts.md explains every reason and what releases it.',
    width: 8,
    min: 0,
    isStacked: true,
    asked: [
      ask(
        `sum by (reason_code) (${told('rollout_hold_reason', IN_ENVIRONMENT, [...EACH, 'reason_code'])})`,
        '{{reason_code}}',
      ),
    ],
  }),
  lines({
    title: 'Evidence of harm, as a share of the line',
    description:
      'Each rollout against the line that takes it back: at 50 % ramps stop, at 100 % it is rolled back. It never falls within a generation.',
    width: 8,
    unit: 'percentunit',
    min: 0,
    asked: [ask(`max by (environment, rollout) (${NEARNESS})`, '{{environment}} {{rollout}}')],
    thresholds: steps(COLOURS.neutral, [1, COLOURS.bad]),
  }),
  lines({
    title: 'Coverage',
    description: 'Share of the eligible units that each rollout admits.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [
      ask(told('rollout_coverage_ratio', IN_ENVIRONMENT, ['environment', 'rollout']), '{{environment}} {{rollout}}'),
    ],
  }),
  lines({
    title: 'Moves by hand',
    description:
      'What people did per hour: start, pause, resume, complete, roll back. Frequent rollbacks by hand mean that a guardrail is missing.',
    width: 12,
    min: 0,
    isStacked: true,
    asked: [ask(`${rate('moves_total', IN_ENVIRONMENT, ['verb'])} * 3600`, '{{verb}}')],
  }),
];

const DATA = [
  lines({
    title: 'Age of the newest window',
    description:
      'How old the newest data of each rollout are. Steps of a window are normal; a slope means that nothing is reported.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask(told('data_age_seconds', IN_ENVIRONMENT, ['environment', 'rollout']), '{{environment}} {{rollout}}')],
  }),
  lines({
    title: 'Reports',
    description:
      'Reports of windows per second. "duplicate" counts once and is harmless; "refused" is a source with a mistake.',
    width: 8,
    unit: 'reqps',
    min: 0,
    asked: [ask(rate('reports_total', IN_ENVIRONMENT, ['result']), '{{result}}')],
  }),
  lines({
    title: 'Faults of metric sources, late rows',
    description:
      'Faults of Prometheus as a source, by reason, and rows for windows that were closed already. Both make rollouts hold.',
    width: 8,
    min: 0,
    asked: [
      ask(
        'sum by (source, reason) (rate(rampwright_metric_source_errors_total[$__rate_interval])) or vector(0)',
        '{{source}} {{reason}}',
      ),
      ask(`${rate('late_rows_total', IN_ENVIRONMENT)} or vector(0)`, 'late rows'),
    ],
  }),
];

/** All rollouts at a glance: which are under way, which are in trouble, and whether Rampwright itself is well. */
export function fleetDashboard(): Dashboard {
  const dashboard = frame({
    name: 'fleet',
    title: 'Rampwright / Fleet',
    description:
      'Which rollouts are under way, what they wait for, which are near their line, and is Rampwright itself well?',
    from: 'now-6h',
  })
    .withVariable(datasourceVariable())
    .withVariable(ofMany(tenantVariable()))
    .withVariable(ofMany(environmentVariable()))
    .annotations(decisionAnnotations(IN_ENVIRONMENT));
  return layOut(dashboard, [
    ['Now', [...NUMBERS, ROLLOUTS]],
    ['Decisions', DECISIONS],
    ['Data', DATA],
    ['Control loop', CONTROL_LOOP],
    ['Processes', PROCESSES],
  ]);
}
