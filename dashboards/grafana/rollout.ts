import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { decisionAnnotations } from './annotations.ts';
import { frame } from './frame.ts';
import { layOut } from './lay-out.ts';
import { COLOURS, steps, words } from './palette.ts';
import { lines, number, timeline } from './panels.ts';
import { PHASE_WORDS, phaseOf } from './phase.ts';
import { ask, IN_ROLLOUT, rate, told } from './queries.ts';
import { datasourceVariable, environmentVariable, rolloutVariable, tenantVariable } from './variables.ts';

const figure = (metric: string, by: readonly string[] = []) => told(metric, IN_ROLLOUT, by);
const GUARDRAIL = ['variant', 'metric'];
const SIDES = { '.* control$': COLOURS.control, '.* treatment$': COLOURS.treatment };
const NEAR = steps(COLOURS.good, [0.5, COLOURS.waiting], [1, COLOURS.bad]);
const HOLDING = words({ 1: ['waiting', COLOURS.waiting] });

/** Interval ends beyond this say only that little is known; unlimited ones could not be drawn. */
const MAX_DRAWN_RATIO = 10;

const NUMBERS = [
  number({
    title: 'Phase',
    description: 'Where the rollout is. Running ones ramp by themselves; in paused ones the guardrails stay armed.',
    width: 4,
    asked: [ask(phaseOf(IN_ROLLOUT, ['rollout']), 'phase')],
    mappings: [PHASE_WORDS],
  }),
  number({
    title: 'Coverage',
    description: 'Share of the eligible units that is admitted to treatment now.',
    width: 4,
    unit: 'percentunit',
    asked: [ask(figure('rollout_coverage_ratio'), 'coverage')],
  }),
  number({
    title: 'Stage',
    description: 'The stage of the plan that was reached, and how many there are.',
    width: 4,
    asked: [ask(figure('rollout_stage'), 'reached'), ask(figure('rollout_stages'), 'of')],
  }),
  number({
    title: 'Harm',
    description:
      'Evidence that the treatment is worse than its margin, as a share of the line that takes it back. From a half on it does not ramp.',
    width: 4,
    unit: 'percentunit',
    asked: [
      ask(
        `${figure('combined_evidence_log10', ['variant'])} / ${figure('combined_evidence_line_log10', ['variant'])}`,
        '{{variant}}',
      ),
    ],
    thresholds: NEAR,
  }),
  number({
    title: 'Budget left',
    description: 'What is left of the bad events that the plan is willing to pay. Ramps become smaller as it shrinks.',
    width: 4,
    unit: 'percentunit',
    asked: [ask(figure('risk_budget_remaining_ratio', ['metric']), '{{metric}}')],
    thresholds: steps(COLOURS.bad, [0.1, COLOURS.waiting], [0.5, COLOURS.good]),
  }),
  number({
    title: 'Age of data',
    description: 'Age of the newest closed window. Much older than a window and its attribution time: nobody reports.',
    width: 4,
    unit: 's',
    asked: [ask(figure('data_age_seconds'), 'old')],
    thresholds: steps(COLOURS.good, [120, COLOURS.waiting], [600, COLOURS.bad]),
  }),
];

const PROGRESS = [
  lines({
    title: 'Coverage and the next stage of the plan',
    description:
      'The solid line is what is admitted, the dashed one the next planned stage. They meet at the last stage, and when the rollout ends.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    colours: { '^coverage$': COLOURS.treatment },
    dashed: 'next stage',
    asked: [
      ask(figure('rollout_coverage_ratio'), 'coverage'),
      ask(figure('rollout_target_coverage_ratio'), 'next stage'),
    ],
  }),
  timeline({
    title: 'What it waits for',
    description:
      'One row for each reason for waiting, coloured while it applied. What releases it: docs/rollouts.md, or `rampwright rollouts explain`.',
    width: 12,
    asked: [ask(figure('rollout_hold_reason', ['reason_code']), '{{reason_code}}')],
    mappings: [HOLDING],
  }),
];

const HARM = [
  lines({
    title: 'Evidence of harm, all guardrails together',
    description:
      'log10 of how much likelier the data are if the treatment is worse than its margin: 2 is a hundred times. "highest" never falls; above the dashed line the rollout is taken back.',
    width: 12,
    dashed: 'line',
    asked: [
      ask(figure('combined_evidence_log10', ['variant']), '{{variant}} highest'),
      ask(figure('combined_evidence_now_log10', ['variant']), '{{variant}} now'),
      ask(figure('combined_evidence_line_log10', ['variant']), '{{variant}} line'),
    ],
  }),
  lines({
    title: 'Evidence of harm by guardrail',
    description:
      'Which guardrail speaks of harm. Each has a line of its own (dashed), beyond which it would decide alone.',
    width: 12,
    dashed: 'line',
    asked: [
      ask(figure('guardrail_evidence_log10', GUARDRAIL), '{{variant}} {{metric}}'),
      ask(figure('guardrail_evidence_line_log10', GUARDRAIL), '{{variant}} {{metric}} line'),
    ],
  }),
  lines({
    title: 'Effect, treatment over control',
    description: `Relative risk, or ratio of means: 1 is no difference. The interval (95 %) may be looked at all the time; it narrows as units come in. Drawn up to ${MAX_DRAWN_RATIO}.`,
    width: 12,
    min: 0,
    asked: [
      ask(figure('guardrail_effect_ratio', GUARDRAIL), '{{variant}} {{metric}}'),
      ask(figure('guardrail_effect_lower_ratio', GUARDRAIL), '{{variant}} {{metric}} at least'),
      ask(
        `clamp_max(${figure('guardrail_effect_upper_ratio', GUARDRAIL)}, ${MAX_DRAWN_RATIO})`,
        '{{variant}} {{metric}} at most',
      ),
    ],
    thresholds: steps(COLOURS.neutral, [1, COLOURS.neutral]),
  }),
  lines({
    title: 'Probability of being harmless enough',
    description:
      'That the treatment is not worse by more than the non-inferiority margin. Beyond 95 % it counts as shown, which coverage above one half needs.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [ask(figure('guardrail_non_inferior_probability', GUARDRAIL), '{{variant}} {{metric}}')],
    thresholds: steps(COLOURS.neutral, [0.95, COLOURS.good]),
  }),
  timeline({
    title: 'Verdicts',
    description:
      'pass: shown not to be inferior; fail: worse than the margin; inconclusive: not enough is known; noData: silent.',
    width: 24,
    asked: [
      ask(`${figure('guardrail_verdict', [...GUARDRAIL, 'verdict'])} == 1`, '{{variant}} {{metric}} {{verdict}}'),
    ],
  }),
];

const SIDE_BY_SIDE = [
  lines({
    title: 'Share of units with the event',
    description:
      'Rates of treatment and control, over the windows in which both had units. Both rising together is an incident that has nothing to do with the change.',
    width: 8,
    unit: 'percentunit',
    min: 0,
    colours: SIDES,
    asked: [ask(figure('guardrail_event_ratio', [...GUARDRAIL, 'side']), '{{variant}} {{metric}} {{side}}')],
  }),
  lines({
    title: 'Durations, p50 and p95',
    description: 'Recent quantiles of treatment and control.',
    width: 8,
    unit: 's',
    min: 0,
    colours: SIDES,
    asked: [
      ask(
        figure('guardrail_duration_seconds', [...GUARDRAIL, 'side', 'quantile']),
        '{{variant}} {{metric}} p{{quantile}} {{side}}',
      ),
    ],
  }),
  lines({
    title: 'Means of values',
    description: 'Means over all units of treatment and control, such as revenue.',
    width: 8,
    colours: SIDES,
    asked: [ask(figure('guardrail_mean', [...GUARDRAIL, 'side']), '{{variant}} {{metric}} {{side}}')],
  }),
];

const UNITS = [
  lines({
    title: 'Exposures',
    description: 'Exposed units per second by variant, once a window.',
    width: 8,
    min: 0,
    unit: 'ops',
    asked: [ask(rate('exposures_total', IN_ROLLOUT, ['variant']), '{{variant}}')],
  }),
  lines({
    title: 'Units since coverage changed',
    description: 'Distinct units by variant; a ramp waits for the least number of the plan in each.',
    width: 8,
    min: 0,
    asked: [ask(figure('rollout_units', ['variant']), '{{variant}}')],
  }),
  lines({
    title: 'Sample ratio mismatch',
    description:
      'Evidence (log10) that units are not divided as intended. Beyond the dashed line no comparison is to be trusted: look for lost reports or redirects in one variant.',
    width: 8,
    dashed: 'line',
    asked: [
      ask(figure('sample_ratio_evidence_log10'), 'evidence'),
      ask(figure('sample_ratio_evidence_line_log10'), 'line'),
    ],
  }),
];

const DATA = [
  lines({
    title: 'Age of the newest window',
    description:
      'Steps of a window are normal; a slope means that nothing is reported any more, and the rollout holds.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask(figure('data_age_seconds'), 'age')],
  }),
  lines({
    title: 'Missing and late reports',
    description:
      'Share of the usual reports that did not come, and of those that came too late to count, in the newest windows.',
    width: 8,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [ask(figure('rollout_missing_reports_ratio'), 'missing'), ask(figure('rollout_late_reports_ratio'), 'late')],
  }),
  timeline({
    title: 'Incidents in control',
    description: 'While control itself is in trouble the rollout waits: the trouble has nothing to do with it.',
    width: 8,
    asked: [ask(figure('shared_incident', ['metric']), '{{metric}}')],
    mappings: [words({ 0: ['none', COLOURS.good], 1: ['incident', COLOURS.bad] })],
  }),
];

const BUDGET_AND_MODEL = [
  lines({
    title: 'Risk budget',
    description: 'Bad events that the rollout has cost so far, beyond what control would have had.',
    width: 8,
    min: 0,
    asked: [ask(figure('risk_budget_spent_events', ['metric']), '{{metric}} spent')],
  }),
  lines({
    title: 'Risk model',
    description:
      'Least logit of harm over three minutes; above the dashed line the model alarms. Only where the rollout asks a model.',
    width: 8,
    dashed: 'threshold',
    asked: [
      ask(figure('risk_score', ['variant']), '{{variant}}'),
      ask(figure('risk_threshold', ['variant']), '{{variant}} threshold'),
    ],
  }),
  timeline({
    title: 'Known to the model',
    description: 'A rollout unlike those that the model learned from: the model may hold it, and not roll it back.',
    width: 8,
    asked: [ask(figure('rollout_novel', ['variant']), '{{variant}}')],
    mappings: [words({ 0: ['known', COLOURS.good], 1: ['novel', COLOURS.waiting] })],
  }),
];

/** One rollout: where it stands, why it waits, whether it does harm, and what its data are worth. */
export function rolloutDashboard(): Dashboard {
  const dashboard = frame({
    name: 'rollout',
    title: 'Rampwright / Rollout',
    description: 'Where does this rollout stand, what does it wait for, does it do harm, and are its data sound?',
    from: 'now-3h',
  })
    .withVariable(datasourceVariable())
    .withVariable(tenantVariable())
    .withVariable(environmentVariable())
    .withVariable(rolloutVariable())
    .annotations(decisionAnnotations(IN_ROLLOUT));
  return layOut(dashboard, [
    ['Now', NUMBERS],
    ['Progress', PROGRESS],
    ['Does it do harm?', HARM],
    ['Treatment beside control', SIDE_BY_SIDE],
    ['Units', UNITS],
    ['Data', DATA],
    ['Budget and risk model', BUDGET_AND_MODEL],
  ]);
}
