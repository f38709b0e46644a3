import type { MetricDefinition, RolloutDefinition } from '../../domain/index.ts';
import { type DecisionModels, modelsInUse, type Observation } from '../decide/index.ts';

/** What is changed of a rollout when its decisions are made again; what is absent stays as it was recorded. */
export interface ReplaySettings {
  /** Another plan for the same variants and windows. */
  readonly plan?: RolloutDefinition;
  readonly rampPolicy?: RolloutDefinition['rampPolicy'];
  readonly appetite?: RolloutDefinition['appetite'];
  readonly riskModel?: RolloutDefinition['riskModel'];
  /** Models that are asked in place of the recorded ones. */
  readonly models?: Partial<Pick<DecisionModels, 'risk' | 'novelty' | 'ramp'>>;
}

/** Whether evidence has to be added up anew, because other settings remember other things of the same windows. */
export function needsOwnEvidence({ plan, riskModel, models = {} }: ReplaySettings): boolean {
  return plan !== undefined || riskModel !== undefined || models.risk !== undefined || models.novelty !== undefined;
}

/** A recorded observation as it would have been with these settings. */
export function askedOtherwise(
  observation: Observation,
  recorded: DecisionModels,
  settings: ReplaySettings,
): { readonly observation: Observation; readonly models: DecisionModels } {
  const { plan, rampPolicy, appetite, riskModel, models: others } = settings;
  const { rollout } = observation;
  const definition = {
    ...(plan === undefined ? rollout.definition : withBeliefsOf(plan, rollout.definition)),
    ...(rampPolicy === undefined ? {} : { rampPolicy }),
    ...(appetite === undefined ? {} : { appetite }),
    ...(riskModel === undefined ? {} : { riskModel }),
  };
  const models = { ...recorded, ...others };
  const isAsked = observation.models !== undefined || others !== undefined;
  return {
    observation: {
      ...observation,
      rollout: { ...rollout, definition },
      ...(isAsked ? { models: modelsInUse(models) } : {}),
    },
    models,
  };
}

/** Why a plan cannot be tried on what was recorded under another one; undefined where it can. */
export function planFault(plan: RolloutDefinition, recorded: RolloutDefinition): string | undefined {
  const variantsOf = ({ control, treatments }: RolloutDefinition) =>
    [control, ...treatments.map(({ variant, split }) => `${variant} (${split})`)].join(', ');
  if (plan.rollout !== recorded.rollout) return `it is of the rollout "${plan.rollout}"`;
  if (variantsOf(plan) !== variantsOf(recorded))
    return `it compares ${variantsOf(plan)}; recorded are ${variantsOf(recorded)}`;
  if (plan.windowMs !== recorded.windowMs)
    return `its windows have ${plan.windowMs} ms; recorded are windows of ${recorded.windowMs} ms`;
  const known = recorded.metrics.map(({ metric, kind }) => `${metric} (${kind})`);
  const unknown = plan.metrics
    .map(({ metric, kind }) => `${metric} (${kind})`)
    .filter((metric) => !known.includes(metric));
  return unknown.length === 0 ? undefined : `nothing was recorded of ${unknown.join(', ')}`;
}

/** What earlier rollouts made believe was decided at the start, whatever the plan. */
function withBeliefsOf(plan: RolloutDefinition, recorded: RolloutDefinition): RolloutDefinition {
  const metrics = plan.metrics.map((metric): MetricDefinition => {
    const prior = recorded.metrics.find((one) => one.metric === metric.metric)?.prior;
    return prior === undefined ? metric : { ...metric, prior };
  });
  return { ...plan, metrics };
}
