import { describe, expect, it } from 'vitest';
import { RISK_ALPHA } from '../../../controller/index.ts';
import { isUsableVector } from '../../../models/index.ts';
import { openBenchWorld } from '../../../simulation/benchmark/index.ts';
import { calibrationRun, trainingRun } from '../../../simulation/learning/index.ts';
import { openWorldTruth } from '../../../simulation/learning/world-truth.ts';
import { always, served } from '../../controller/decide/learned/some-models.ts';
import { at, schema } from '../../models/risk/a-risk-model.ts';
import { publicScenario } from '../benchmark/public-scenarios.ts';

const SEED = 10_001;
const MINUTE_MS = 60_000;

describe('a training run', () => {
  const harmful = trainingRun(publicScenario('H1'), SEED);

  it('has a row every third minute, each a vector of the features that are served', () => {
    expect(harmful.length).toBeGreaterThan(40);
    expect(harmful.length).toBeLessThanOrEqual(50);
    for (const { features } of harmful) expect(isUsableVector(schema, features)).toBe(true);
    expect(new Set(harmful.map(({ runId }) => runId))).toEqual(new Set(['H1 10001']));
  });

  it('climbs the ladder whatever the metrics say, and sees the harm that nobody stops', () => {
    expect(new Set(coveragesOf(harmful))).toEqual(new Set([1, 3, 8, 20, 50]));
    expect(harmful.every(({ label, harmType }) => label === 1 && harmType === publicScenario('H1').title)).toBe(true);
    expect(harmful.at(-1)!.features[at('errors.z')]).toBeGreaterThan(5);
  });

  it('has been where rollouts are when a model is asked: at 95 %, and back at one half', () => {
    const looked = coveragesOf(trainingRun(publicScenario('B1'), SEED + 12));
    expect(looked.filter((coverage, row) => coverage !== looked[row - 1])).toEqual([50, 95, 50, 95]);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(trainingRun(publicScenario('H1'), SEED)).toEqual(harmful);
    expect(trainingRun(publicScenario('H1'), SEED + 1)[5]!.features).not.toEqual(harmful[5]!.features);
  });

  it('knows no harm in a benign scenario, and marks the minutes of an incident that hits both sides', () => {
    const rows = trainingRun(publicScenario('B3'), SEED);
    expect(rows.every(({ label }) => label === 0)).toBe(true);
    const marked = rows.filter(({ isSharedIncident }) => isSharedIncident === 1).length;
    expect(marked).toBeGreaterThan(2);
    expect(marked).toBeLessThan(rows.length / 2);
  });
});

/** Percent, as the rows' share of the treatment tells it. */
function coveragesOf(rows: ReturnType<typeof trainingRun>): readonly number[] {
  return rows.map(({ features }) => Math.round(Math.exp(features[at('share')]!) * 100));
}

describe('what is true of a world', () => {
  const truthOf = (name: string, coverage: (minute: number) => number) => {
    const world = openBenchWorld(publicScenario(name), SEED);
    const truth = openWorldTruth(world);
    for (let tick = 0; tick < world.ticks; tick += 1)
      truth.follow({ nowMs: (tick + 1) * world.tickMs, coverage: coverage(tick), coverageSinceMs: 0, windows: [] });
    return truth;
  };

  it('drops the minutes before harm begins, and the first one of it', () => {
    const truth = truthOf('H8', () => 50_000);
    const labels = Array.from({ length: 720 }, (_, minute) => truth.at(minute * MINUTE_MS).label);
    const first = labels.indexOf(1);
    expect(first).toBeGreaterThanOrEqual(91);
    expect(first).toBeLessThanOrEqual(361);
    expect(labels.slice(0, first).every((label) => label === null)).toBe(true);
    expect(labels.slice(first).every((label) => label === 1)).toBe(true);
  });

  it('calls harm above a coverage harm only where the rollout has got there', () => {
    expect(truthOf('H6', () => 1_000).at(600 * MINUTE_MS).label).toBeNull();
    expect(truthOf('H6', (minute) => (minute < 60 ? 1_000 : 50_000)).at(61 * MINUTE_MS).label).toBe(1);
    expect(truthOf('H6', (minute) => (minute < 60 ? 1_000 : 50_000)).at(59 * MINUTE_MS).label).toBeNull();
  });

  it('says that the data are at fault until a while after the fault', () => {
    const truth = truthOf('D2', () => 1_000);
    const faulty = Array.from({ length: 720 }, (_, minute) => truth.at(minute * MINUTE_MS).isDataFault);
    const count = faulty.filter((one) => one === 1).length;
    expect(count).toBeGreaterThanOrEqual(30);
    expect(count).toBeLessThanOrEqual(131);
    expect(faulty[0]).toBe(0);
  });
});

describe('a calibration run', () => {
  it('has every minute that a model scores, under the plan that is shipped', () => {
    const models = { risk: served(always(-9)), novelty: null, alpha: RISK_ALPHA };
    const run = calibrationRun({ ...publicScenario('B1'), horizonHours: 3 }, 20_001, models);
    expect(run.minutes.length).toBeGreaterThan(150);
    expect(run.minutes.every(({ label }) => label === 0)).toBe(true);
    expect(run.band).not.toBeNull();
  });
});
