import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bandThreshold,
  calibrateRiskModel,
  checkRiskArtefact,
  RISK_FEATURES_V2,
  runMaximum,
  scoreRisk,
} from '../../../models/index.ts';
import { type RiskFitReport, reportFault } from '../../../training/fit/risk-fit-report.ts';
import { shuffleLabels } from '../../../training/fit/shuffle-labels.ts';
import { type FittedRiskModel, fitRiskModel, RISK_FIT, startBackend } from '../../../training/index.ts';
import { type SmallRun, smallWorld } from './small-world.ts';

const settings = { ...RISK_FIT, batchSize: 64, epochs: 8 };
const options = { version: 'test', schema: RISK_FEATURES_V2, seed: 7, settings, members: 2 };
const { rows } = smallWorld(160, 1);

describe('a risk model fitted on a small world', () => {
  let fitted: FittedRiskModel;
  let [tensorsBefore, tensorsAfter] = [0, 0];

  beforeAll(async () => {
    await startBackend();
    tensorsBefore = tf.memory().numTensors;
    const result = await fitRiskModel(rows, options);
    tensorsAfter = tf.memory().numTensors;
    if (result.kind === 'refused') throw new Error(result.reason);
    fitted = result;
  });

  it('is a usable artefact after a journey through JSON, and says where it was fitted', () => {
    expect(checkRiskArtefact(JSON.parse(JSON.stringify(fitted.model)))).toEqual({
      kind: 'usable',
      artefact: fitted.model,
    });
    expect(checkRiskArtefact(fitted.logistic).kind).toBe('usable');
    expect(fitted.model.origin).toMatchObject({ backend: tf.getBackend(), seed: 7, harmfulShare: 0.5 });
  });

  it('beats the logistic regression on runs that neither has seen, and cannot predict shuffled labels', () => {
    const { report } = fitted;
    expect(report.loss).toBeLessThan(report.logisticLoss);
    expect(report.averagePrecision).toBeGreaterThan(report.baseRate + 0.3);
    expect(Math.abs(report.shuffledAveragePrecision - report.baseRate)).toBeLessThan(0.1);
    for (const losses of report.epochLosses) expect(losses.at(-1)).toBeLessThan(losses[0]! / 1.5);
  });

  it('tells harm, its kind and shared incidents apart in another world', () => {
    const other = smallWorld(60, 2).rows;
    const last = other.filter((row, index) => other[index + 1]?.runId !== row.runId);
    const scores = last.map(({ features }) => scoreRisk(fitted.model, features)!);
    const share = (isRight: (index: number) => boolean, of: (index: number) => boolean = () => true) => {
      const some = [...last.keys()].filter(of);
      return some.filter(isRight).length / some.length;
    };
    expect(share((i) => scores[i]!.logit > 0 === (last[i]!.label === 1))).toBeGreaterThan(0.85);
    expect(share((i) => scores[i]!.sharedIncident! > 0.5 === (last[i]!.isSharedIncident === 1))).toBeGreaterThan(0.85);
    const likeliest = (i: number) => Object.entries(scores[i]!.harmTypes).sort(([, a], [, b]) => b - a)[0]![0];
    expect(
      share(
        (i) => likeliest(i) === last[i]!.harmType,
        (i) => last[i]!.label === 1,
      ),
    ).toBeGreaterThan(0.75);
  });

  it('keeps its promise about false alarms once it is calibrated, and finds nearly all harm', () => {
    const bandOf = () => 'medium' as const;
    const strata = ({ vectors, isHarmful }: SmallRun) =>
      vectors.map((vector) => ({ logit: scoreRisk(fitted.model, vector)!.logit, label: isHarmful ? 1 : 0 }) as const);
    const calibrationRuns = smallWorld(120, 8).runs.map((run) => ({ band: bandOf(), strata: strata(run) }));
    const model = calibrateRiskModel(fitted.model, calibrationRuns)!;
    const threshold = bandThreshold(model.calibration, 'medium', 0.1);
    const isAlarm = (run: SmallRun) => runMaximum(strata(run).map(({ logit }) => logit))! > threshold;
    const fresh = smallWorld(120, 9).runs;
    const share = (some: readonly SmallRun[]) => some.filter(isAlarm).length / some.length;
    // Three times √(.1 · .9 (1/60 + 1/61)).
    expect(share(fresh.filter(({ isHarmful }) => !isHarmful))).toBeLessThan(0.1 + 3 * 0.055);
    expect(share(fresh.filter(({ isHarmful }) => isHarmful))).toBeGreaterThan(0.8);
    expect(scoreRisk(model, fresh[0]!.vectors.at(-1)!)!.probability).toBeLessThan(0.25);
  });

  it('leaves no tensors behind', () => {
    expect(tensorsBefore).toBeGreaterThanOrEqual(0);
    expect(tensorsAfter).toBe(tensorsBefore);
  });
});

describe('a fit is refused', () => {
  const refusal = async (...[some, changed]: [readonly (typeof rows)[number][], object?]) => {
    const result = await fitRiskModel(some, { ...options, members: 1, ...changed });
    return result.kind === 'refused' ? result.reason : 'fitted';
  };

  it('without rows, for unknown features, and for vectors of another schema', async () => {
    expect(await refusal([])).toContain('no rows');
    expect(await refusal(rows, { schema: { name: 'risk', version: 99 } })).toContain('Nobody makes');
    expect(await refusal([{ ...rows[0]!, features: [1, 2, 3] }])).toContain('no vector of "risk" version 2');
    expect(await refusal([{ ...rows[0]!, weight: Number.NaN }])).toContain('no weight');
  });

  it('where one label is missing', async () => {
    expect(await refusal(rows.filter(({ label }) => label === 0))).toContain('both labels');
  });

  it('where there was nothing to learn', async () => {
    expect(await refusal(shuffleLabels(rows.slice(0, 420), 1, 'test'))).toMatch(/The loss of .* is not below/);
  });

  it('where the coefficients ran away', async () => {
    const runaway = { ...settings, learningRate: 1e30, epochs: 1 };
    expect(await refusal(rows, { settings: runaway })).toBe('An output is not finite.');
  });

  it('by its report, for a loss that is not lower and for labels that leak', () => {
    const good: RiskFitReport = {
      backend: 'cpu',
      heldOutRowCount: 40_000,
      loss: 0.2,
      logisticLoss: 0.3,
      constantLoss: 0.69,
      averagePrecision: 0.9,
      baseRate: 0.477,
      shuffledAveragePrecision: 0.48,
      epochLosses: [],
    };
    expect(reportFault(good)).toBeUndefined();
    expect(reportFault({ ...good, loss: 0.3 })).toContain('not below');
    expect(reportFault({ ...good, loss: Number.NaN })).toContain('not below');
    expect(reportFault({ ...good, logisticLoss: 0.9, loss: 0.7 })).toContain('a constant');
    expect(reportFault({ ...good, shuffledAveragePrecision: 0.505 })).toContain('not independent');
    // With 400 rows, chance alone makes as much.
    expect(reportFault({ ...good, heldOutRowCount: 400, shuffledAveragePrecision: 0.505 })).toBeUndefined();
  });
});
