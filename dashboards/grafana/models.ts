import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { frame } from './frame.ts';
import { layOut } from './lay-out.ts';
import { COLOURS, steps, words } from './palette.ts';
import { lines, number, table } from './panels.ts';
import { ask, IN_ENVIRONMENT, quantile, rate, told } from './queries.ts';
import { datasourceVariable, environmentVariable, ofMany, tenantVariable } from './variables.ts';

const HOUR_S = 3_600;
const DAY_S = 86_400;
const EACH = ['environment', 'kind'];
const AGES = steps(COLOURS.good, [14 * DAY_S, COLOURS.waiting], [30 * DAY_S, COLOURS.bad]);

/** Share of harmless rollouts in which a champion may alarm. */
const NOMINAL_ALARMS = 0.02;

const IN_USE = [
  table({
    title: 'Models in use',
    description:
      'The champion of each environment. An environment without a row decides with what is shipped, or with the guardrails alone.',
    width: 12,
    asked: [
      ask(told('model_in_use', IN_ENVIRONMENT, ['environment', 'kind', 'model']), 'in use'),
      ask(told('model_age_seconds', IN_ENVIRONMENT, EACH), 'age'),
    ],
    columns: [
      { field: 'environment', name: 'Environment' },
      { field: 'kind', name: 'Kind' },
      { field: 'model', name: 'Model' },
      { field: 'Value #B', name: 'Age', unit: 's', thresholds: AGES },
    ],
  }),
  number({
    title: 'Stepped over',
    description:
      'Champions that cannot be used: corrupt, or made for other features. The one before is used, or none. Anything but 0 needs a person.',
    width: 4,
    asked: [ask(`max(${told('models_stepped_over', IN_ENVIRONMENT, EACH)})`, 'models')],
    thresholds: steps(COLOURS.good, [1, COLOURS.bad]),
  }),
  number({
    title: 'Taken back by themselves',
    description:
      'Champions that were demoted at night since the servers were started, because they alarmed in harmless rollouts or gave no usable scores.',
    width: 4,
    asked: [ask(`sum(rampwright_model_demotions_total{${IN_ENVIRONMENT}}) or vector(0)`, 'demotions')],
    thresholds: steps(COLOURS.good, [1, COLOURS.bad]),
  }),
  number({
    title: 'Novel rollouts now',
    description: 'Rollouts in progress that are unlike those the models learned from.',
    width: 4,
    asked: [ask(`sum(${told('rollout_novel', IN_ENVIRONMENT, ['environment', 'rollout', 'variant'])})`, 'novel')],
    thresholds: steps(COLOURS.good, [1, COLOURS.waiting]),
  }),
  lines({
    title: 'Age of the model in use',
    description:
      'Time since its cut-off: what happened later it does not know. From 30 days on it may hold, and not roll back.',
    width: 12,
    unit: 's',
    min: 0,
    asked: [ask(told('model_age_seconds', IN_ENVIRONMENT, EACH), '{{environment}} {{kind}}')],
    thresholds: steps(COLOURS.neutral, [30 * DAY_S, COLOURS.bad]),
  }),
];

const QUALITY = [
  lines({
    title: 'Alarms in harmless rollouts',
    description:
      'Share of the rollouts labelled healthy in which the champion has alarmed, as of last night. It promises 2 %; lasting more is a model that no longer fits.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    asked: [ask(told('model_alarm_ratio', IN_ENVIRONMENT, EACH), '{{environment}} {{kind}}')],
    thresholds: steps(COLOURS.neutral, [NOMINAL_ALARMS, COLOURS.waiting]),
  }),
  lines({
    title: 'Drift: rollouts unlike those learned from',
    description: 'Share of the rollouts that were novel to the champion, as of last night. When it rises, train again.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [ask(told('model_novel_ratio', IN_ENVIRONMENT, EACH), '{{environment}} {{kind}}')],
    thresholds: steps(COLOURS.neutral, [0.2, COLOURS.waiting]),
  }),
  lines({
    title: 'Drift: inputs',
    description:
      'The five inputs whose values differ most from those of training, last week, as of last night (population stability index, from 20 rollouts on). Above 0.2 for two days the model is trained again.',
    width: 12,
    min: 0,
    asked: [
      ask(
        `topk(5, ${told('model_input_drift_index', IN_ENVIRONMENT, [...EACH, 'feature'])})`,
        '{{environment}} {{feature}}',
      ),
    ],
    thresholds: steps(COLOURS.neutral, [0.2, COLOURS.waiting]),
  }),
  lines({
    title: 'Predicted against realised harm',
    description:
      'Rollouts of which somebody knows the end: mean probability of harm, and the share that did harm. Far apart, the probabilities mean nothing any more.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [
      ask(told('model_predicted_harm_ratio', IN_ENVIRONMENT, EACH), '{{environment}} {{kind}} predicted'),
      ask(told('model_realised_harm_ratio', IN_ENVIRONMENT, EACH), '{{environment}} {{kind}} realised'),
    ],
  }),
  lines({
    title: 'Errors by traffic',
    description:
      'False alarms in harmless rollouts and harm without an alarm, by how much traffic the rollouts have. A gap is unfair to the services at its wrong end.',
    width: 12,
    unit: 'percentunit',
    min: 0,
    max: 1,
    asked: [
      ask(told('model_false_alarm_ratio', IN_ENVIRONMENT, [...EACH, 'band']), '{{environment}} false alarms, {{band}}'),
      ask(told('model_missed_harm_ratio', IN_ENVIRONMENT, [...EACH, 'band']), '{{environment}} missed, {{band}}'),
    ],
  }),
  lines({
    title: 'Risk scores against their threshold',
    description: 'Score less threshold, by rollout: above 0 the model alarms.',
    width: 12,
    asked: [
      ask(
        `${told('risk_score', IN_ENVIRONMENT, ['environment', 'rollout', 'variant'])} - ${told('risk_threshold', IN_ENVIRONMENT, ['environment', 'rollout', 'variant'])}`,
        '{{environment}} {{rollout}} {{variant}}',
      ),
    ],
    thresholds: steps(COLOURS.neutral, [0, COLOURS.bad]),
  }),
  lines({
    title: 'Rollouts that a learned part holds or speaks of',
    description:
      'How many rollouts name the risk model in their newest reasons: an alarm, a suspicion, doubt, novelty, age, or that it cannot be asked.',
    width: 12,
    min: 0,
    asked: [
      ask(
        `count by (reason_code) (${told('rollout_hold_reason', `reason_code=~"risk(Alarm|Suspicion|Uncertain)|novelRollout|model.+", ${IN_ENVIRONMENT}`, ['environment', 'rollout', 'reason_code'])}) or vector(0)`,
        '{{reason_code}}',
      ),
    ],
  }),
];

const CHALLENGERS = [
  lines({
    title: 'Opinions of challengers',
    description:
      'Scores per hour of models that decide nothing yet: would they have done the same, or something else? rampwright models compare says more.',
    width: 8,
    min: 0,
    isStacked: true,
    asked: [
      ask(`${rate('shadow_scores_total', IN_ENVIRONMENT, ['model', 'opinion'])} * ${HOUR_S}`, '{{model}} {{opinion}}'),
    ],
  }),
  lines({
    title: "Duration of a challenger's decision",
    description:
      'After the decision that counts. One that takes longer than 50 ms three times in a row is asked no more.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask(quantile(0.99, 'shadow_score_duration_seconds'), 'p99')],
  }),
  number({
    title: 'Left out',
    description: 'Decisions that no challenger looked at since the servers were started, because too many waited.',
    width: 4,
    asked: [ask(`sum(rampwright_shadow_passes_left_out_total{${IN_ENVIRONMENT}}) or vector(0)`, 'decisions')],
    thresholds: steps(COLOURS.good, [1, COLOURS.waiting]),
  }),
  number({
    title: 'Parity of inputs',
    description:
      'Largest difference between recorded model inputs and the same made anew from the recorded windows. Anything but 0 is a fault of this software: no model may be promoted.',
    width: 4,
    asked: [ask(`max(${told('feature_parity_error', IN_ENVIRONMENT, ['environment'])})`, 'difference')],
    thresholds: steps(COLOURS.good, [1e-9, COLOURS.bad]),
  }),
];

const TRAINING = [
  lines({
    title: 'Training runs',
    description:
      'Runs per day by outcome. "keep": no better than the champion; "refused": too little to learn from; "failed": the log says why.',
    width: 8,
    min: 0,
    isStacked: true,
    asked: [
      ask(`${rate('training_runs_total', IN_ENVIRONMENT, ['kind', 'outcome'])} * ${DAY_S}`, '{{kind}} {{outcome}}'),
    ],
  }),
  lines({
    title: 'Duration of a training run',
    description: 'From the beginning of a run to its end. It has a thread of its own: evaluation does not wait for it.',
    width: 8,
    unit: 's',
    min: 0,
    asked: [ask(quantile(0.9, 'training_run_duration_seconds', ['kind']), '{{kind}} p90')],
  }),
  number({
    title: 'Last attempt at a job',
    description:
      'Attempts at jobs in the time shown, by what came of them. Training is one; so is asking whether to train.',
    width: 4,
    asked: [ask('sum by (result) (rampwright_jobs_total)', '{{result}}')],
  }),
  number({
    title: 'Job queue',
    description: 'Without it nothing is trained; decisions and evaluation do not need it.',
    width: 4,
    asked: [ask('min(rampwright_job_queue_up)', 'queue')],
    mappings: [words({ 0: ['away', COLOURS.bad], 1: ['there', COLOURS.good] })],
  }),
  lines({
    title: 'Duration of jobs',
    description: 'Attempts at jobs, by name.',
    width: 24,
    unit: 's',
    min: 0,
    asked: [ask(quantile(0.9, 'job_duration_seconds', ['name']), '{{name}} p90')],
  }),
];

/** The learned parts: what is in use, whether it still fits, and what training does. */
export function modelsDashboard(): Dashboard {
  const dashboard = frame({
    name: 'models',
    title: 'Rampwright / Models',
    description: 'Which models are in use, do they still fit what they see, and does training work?',
    from: 'now-7d',
  })
    .withVariable(datasourceVariable())
    .withVariable(ofMany(tenantVariable()))
    .withVariable(ofMany(environmentVariable()));
  return layOut(dashboard, [
    ['In use', IN_USE],
    ['Does it still fit?', QUALITY],
    ['Challengers', CHALLENGERS],
    ['Training', TRAINING],
  ]);
}
