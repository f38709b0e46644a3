import {
  type DecisionModels,
  modelsInUse,
  type Observation,
  RISK_ALPHA,
  type ServedModel,
} from '../../../../controller/decide/index.ts';
import type { ClosedWindow, Rollout, RolloutDefinition, RolloutState } from '../../../../domain/index.ts';
import type { Network, NoveltyModelArtefact, RiskModelArtefact } from '../../../../models/index.ts';
import { aRiskModel, at, logistic, schema } from '../../../models/risk/a-risk-model.ts';
import { aRollout, observationOf } from '../builders.ts';

/** Benign calibration runs that all came to the same largest score. */
export function calibratedAt(maximum: number): RiskModelArtefact['calibration'] {
  const runs = Array<number>(99).fill(maximum);
  return { pooled: runs, bands: { low: runs, medium: runs, high: runs } };
}

/** A risk model of the given networks, calibrated so that it alarms above 3. */
export function served(ensemble: readonly Network[], changed: Partial<RiskModelArtefact> = {}) {
  const artefact = aRiskModel(ensemble, { calibration: calibratedAt(3), ...changed });
  return { id: 'risk-1', hash: 'abc', fittedAtMs: null, artefact } satisfies ServedModel<RiskModelArtefact>;
}

/** The networks of a model whose score is always the same. */
export const always = (logit: number): readonly Network[] => [logistic(logit, {})];

/** A novelty model that knows nothing but traffic, and takes a score above `line` for novel. */
export function aNoveltyModel(line: number): ServedModel<NoveltyModelArtefact> {
  const all = (value: number) => schema.features.map(() => value);
  const direction = schema.features.map((_, index) => (index === at('traffic') ? 1 : 0));
  const artefact: NoveltyModelArtefact = {
    kind: 'novelty',
    version: 'by hand',
    schema: { name: schema.name, version: schema.version, hash: schema.hash },
    standardisation: { mean: all(0), sd: all(1) },
    reconstruction: { kind: 'components', components: [direction] },
    calibration: calibratedAt(line),
    origin: { backend: 'none', seed: 0, rowCount: 1, runCount: 1, harmfulShare: 0 },
  };
  return { id: 'novelty-1', hash: 'def', fittedAtMs: null, artefact };
}

/** The models of an environment that has these. */
export function models(risk: DecisionModels['risk'], novelty: DecisionModels['novelty'] = null): DecisionModels {
  return { risk, novelty, alpha: RISK_ALPHA };
}

/** A rollout in which an alarm may take it back, and whose guardrails alone would need a million to one for that. */
export function aWatchedRollout(
  definition: Partial<RolloutDefinition> = {},
  state: Partial<RolloutState> = {},
): Rollout {
  return aRollout(
    {
      alpha: 1e-6,
      riskModel: 'rollback',
      beyondHalf: 'evidence',
      riskGroups: { errors: 'errors', slow: null, business: null },
      ...definition,
    },
    state,
  );
}

/** What a pass observes that will ask these models. */
export function observationWith(
  asked: DecisionModels,
  rollout: Rollout,
  windows: readonly ClosedWindow[],
): Observation {
  return { ...observationOf(rollout, windows), models: modelsInUse(asked) };
}
