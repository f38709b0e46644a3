import type { MetricDefinition } from '../../../domain/index.ts';
import { isDisturbed, median } from '../../../models/index.ts';
import type { DecisionModels } from '../learned/decision-models.ts';
import type { Situation } from '../observation.ts';
import { ownEntry } from '../read-window.ts';
import { ratesOf } from './rate-steps.ts';
import type { UsualAssessment } from './usual-assessment.ts';
import { SCORED_STEPS, type UsualEvidence } from './usual-evidence.ts';

/** So many robust standard deviations above its history, a rate is no longer as usual. */
const UNUSUAL_SCORE = 4;

/** What each rate looks like against its past, as a field of its own; no field where a control is left, or never was enough of one. */
export function assessUsual(
  { observation, evidence }: Pick<Situation, 'observation' | 'evidence'>,
  { forecast }: DecisionModels,
): { readonly usual?: readonly UsualAssessment[] } {
  const { usual } = evidence;
  if (usual === undefined) return {};
  const assessed = ratesOf(observation.rollout.definition).flatMap((metric) => {
    const known = ownEntry(usual, metric.metric);
    return known?.basis == null || known.steps === 0 ? [] : [assessRate(metric, known, known.basis, forecast)];
  });
  return assessed.length === 0 ? {} : { usual: assessed };
}

function assessRate(
  { metric, goodDirection }: MetricDefinition,
  { scores, watch }: UsualEvidence,
  { level, scale }: NonNullable<UsualEvidence['basis']>,
  forecast: DecisionModels['forecast'],
): UsualAssessment {
  const score = scores.length < SCORED_STEPS ? null : median(scores);
  const rateAt = (value: number) => Math.exp(goodDirection === 'lower' ? value : -value);
  // Without a threshold it was calibrated on too few rollouts to say anything.
  const asked = forecast != null && forecast.hash === watch.hash && forecast.artefact.watch.logThreshold !== null;
  return {
    metric,
    forecaster: asked ? forecast.id : null,
    usualRate: rateAt(level),
    rate: score === null ? null : rateAt(level + score * scale),
    score,
    isUnusual: asked ? isDisturbed(forecast.artefact.watch, watch.state) : score !== null && score > UNUSUAL_SCORE,
  };
}
