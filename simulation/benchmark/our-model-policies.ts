import { type DecisionModels, RISK_ALPHA, shippedBaseline, shippedModels } from '../../controller/index.ts';
import type { RiskModelArtefact } from '../../models/index.ts';
import type { Policy } from '../policies/policy.ts';
import { MODEL_SETTINGS, QUICK_MODEL_SETTINGS } from './model-settings.ts';
import { type OurPolicy, ourPolicy } from './our-policy.ts';

/** What a threshold is that nobody calibrated: a logit of 4 is a probability of 98 %. */
const FIXED_LOGIT = 4;

/** The tuned guardrails with the shipped models, and what each part of those is worth. */
export function ourModelPolicies(): readonly Policy[] {
  const { risk, novelty, alpha } = shippedModels();
  const withRisk = (other: DecisionModels['risk']): DecisionModels => ({ risk: other, novelty, alpha });
  const tuned = (name: string, asked: Omit<OurPolicy, 'name' | 'setting' | 'settings'>, settings = MODEL_SETTINGS) =>
    ourPolicy({ name, setting: 'tuned', settings, ...asked });
  const models = withRisk(risk);
  return [
    tuned('guardrails+model', { models }),
    tuned('guardrails+model/quick', { models }, QUICK_MODEL_SETTINGS),
    tuned('guardrails+model/hold', { models }, { ...MODEL_SETTINGS, riskModel: 'hold' }),
    tuned('guardrails+model/evidence', { models }, { ...MODEL_SETTINGS, beyondHalf: 'evidence' }),
    tuned('guardrails+model/no-second-look', { models }, { ...MODEL_SETTINGS, secondLook: false }),
    tuned('guardrails+model/one-seed', { models: withRisk(shippedBaseline('one-seed')) }),
    tuned('guardrails+model/logistic', { models: withRisk(shippedBaseline('logistic')) }),
    tuned('guardrails+model/uncalibrated', {
      models: withRisk(risk && { ...risk, hash: `${risk.hash} at ${FIXED_LOGIT}`, artefact: fixedAt(risk.artefact) }),
    }),
    tuned('guardrails+model/autoencoder-as-detector', {
      models: { risk: null, novelty, alpha: RISK_ALPHA },
      onNovel: 'rollback',
    }),
  ];
}

/** The same model with one threshold for all traffic, which no run has shown to be right. */
function fixedAt(artefact: RiskModelArtefact): RiskModelArtefact {
  const runs = Array<number>(Math.ceil(1 / RISK_ALPHA)).fill(FIXED_LOGIT);
  return { ...artefact, calibration: { pooled: runs, bands: { low: runs, medium: runs, high: runs } } };
}
