import { describe, expect, it } from 'vitest';
import {
  calibrationTableOf,
  judgeRisk,
  NO_SCORES,
  type RiskCircumstances,
  type RiskJudgement,
  type RiskScore,
} from '../../../models/index.ts';
import { aRiskModel, logistic } from './a-risk-model.ts';

const runs = Array.from({ length: 99 }, (_, index) => ({ band: 'medium' as const, maximum: index / 99 }));
const model = aRiskModel([logistic(0, {})], { calibration: calibrationTableOf(runs) });

const sure: RiskCircumstances = { band: 'medium', alpha: 0.01, hasValidEvidence: true, isDoubtful: false };
const high: RiskScore = {
  logit: 3,
  probability: 0.8,
  sd: 0.01,
  isUncertain: false,
  sharedIncident: 0.1,
  dataFault: 0.1,
  harmTypes: {},
};

const judge = (smoothed: number | null, score: Partial<RiskScore> | null = {}, circumstances = {}) =>
  judgeRisk(model, { state: NO_SCORES, smoothed }, score === null ? null : { ...high, ...score }, {
    ...sure,
    ...circumstances,
  });

describe('the risk of a rollout', () => {
  it('is an alarm above the threshold of its band, and not at it', () => {
    expect(judge(1)).toEqual({ advice: 'rollBack', reason: 'alarm', threshold: 98 / 99 });
    expect(judge(98 / 99)).toMatchObject({ advice: 'none', reason: 'belowThreshold' });
  });

  it.each<readonly [string, RiskJudgement['reason'], Partial<RiskScore>, Partial<RiskCircumstances>]>([
    ['the members disagree', 'uncertain', { isUncertain: true }, {}],
    ['the data are likely at fault', 'dataFault', { dataFault: 0.6 }, {}],
    ['an incident is likely that hits both sides', 'sharedIncident', { sharedIncident: 0.6 }, {}],
    ['no guardrail says anything of the kind', 'noValidEvidence', {}, { hasValidEvidence: false }],
    ['the rollout is unlike any in training', 'doubtful', {}, { isDoubtful: true }],
  ])('holds and does not roll back where %s', (_, reason, score, circumstances) => {
    expect(judge(1, score, circumstances)).toMatchObject({ advice: 'hold', reason });
  });

  it('holds on disagreement below the threshold too', () => {
    expect(judge(0, { isUncertain: true }).advice).toBe('hold');
  });

  it('needs the other heads for nothing', () => {
    expect(judge(1, { sharedIncident: null, dataFault: null }).advice).toBe('rollBack');
  });

  it('has nothing to say without a score, and never alarms with a calibration that is too small for its α', () => {
    expect(judge(null)).toMatchObject({ advice: 'none', reason: 'noScore' });
    expect(judge(1, null)).toMatchObject({ advice: 'none', reason: 'noScore' });
    expect(judge(1e9, {}, { alpha: 0.001 })).toMatchObject({ advice: 'none', threshold: Number.POSITIVE_INFINITY });
    expect(judge(1e9, {}, { alpha: 0 }).advice).toBe('none');
  });
});
