import type { ForecastArtefact, NoveltyModelArtefact, RampPolicy, RiskModelArtefact } from '../../../models/index.ts';

/** What identifies a model in a record: with the artefact of this id, the decision can be made again. */
export interface ModelInUse {
  readonly id: string;
  /** Of the artefact: another one under the same id is not the same model. */
  readonly hash: string;
  /** When it was fitted, ms since 1970; null for one that does not age, because it learned from simulation alone. */
  readonly fittedAtMs: number | null;
}

/** The models that a decision was made with; plain JSON, part of its observation. */
export interface ModelsInUse {
  /** null: none can be asked. */
  readonly risk: ModelInUse | null;
  readonly novelty: ModelInUse | null;
  /** Absent where none is known of. */
  readonly ramp?: ModelInUse | null;
  /** Absent: robust scores stand in for a forecaster. */
  readonly forecast?: ModelInUse | null;
  /** Share of harmless rollouts that the risk model may alarm on. */
  readonly alpha: number;
}

/** A checked artefact and its identity. */
export interface ServedModel<Artefact> extends ModelInUse {
  readonly artefact: Artefact;
}

/** The models that `decide` may ask. */
export interface DecisionModels {
  readonly risk: ServedModel<RiskModelArtefact> | null;
  readonly novelty: ServedModel<NoveltyModelArtefact> | null;
  /** Absent: nothing is learned of ramps here. */
  readonly ramp?: ServedModel<RampPolicy> | null;
  /** Absent: robust scores stand in for it. */
  readonly forecast?: ServedModel<ForecastArtefact> | null;
  readonly alpha: number;
}

/** Share of harmless rollouts that the risk model may alarm on where nobody says otherwise. */
export const RISK_ALPHA = 0.02;

/** No model is asked, none is missed, and nothing is said about any. */
export const NO_MODELS: DecisionModels = { risk: null, novelty: null, alpha: RISK_ALPHA };

/** What an observation says of the models that its decision will be made with. */
export function modelsInUse({ risk, novelty, ramp, forecast, alpha }: DecisionModels): ModelsInUse {
  const others = {
    ...(ramp === undefined ? {} : { ramp: identityOf(ramp) }),
    ...(forecast === undefined ? {} : { forecast: identityOf(forecast) }),
  };
  return { risk: identityOf(risk), novelty: identityOf(novelty), ...others, alpha };
}

/** The models that are both named by an observation and at hand; another artefact than the one that is named is none. */
export function modelsAtHand(inUse: ModelsInUse, models: DecisionModels): DecisionModels {
  return {
    ramp: atHand(inUse.ramp, models.ramp),
    forecast: atHand(inUse.forecast, models.forecast),
    risk: atHand(inUse.risk, models.risk),
    novelty: atHand(inUse.novelty, models.novelty),
    alpha: inUse.alpha,
  };
}

function identityOf(model: ModelInUse | null): ModelInUse | null {
  return model && { id: model.id, hash: model.hash, fittedAtMs: model.fittedAtMs };
}

function atHand<Model extends ModelInUse>(
  named: ModelInUse | null | undefined,
  held: Model | null | undefined,
): Model | null {
  return named != null && held != null && named.id === held.id && named.hash === held.hash ? held : null;
}
