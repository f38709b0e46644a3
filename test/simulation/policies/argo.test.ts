import { describe, expect, it } from 'vitest';
import {
  type AnalysisMetric,
  addMeasurement,
  NO_MEASUREMENTS,
  phaseOfMetric,
  worstPhase,
} from '../../../simulation/policies/argo/analysis-metric.ts';
import { ARGO_ROLLOUTS } from '../../../simulation/policies/argo/argo-rollouts.ts';
import { judgeMeasurement, type MeasurementPhase } from '../../../simulation/policies/argo/measurement.ts';
import { type ArgoSettings, argoRollouts } from '../../../simulation/policies/index.ts';
import { anArm, endOf, MINUTE_MS, type Minute, movesOf, play } from './play.ts';

const METRIC: AnalysisMetric = {
  without: 'errors',
  successFrom: 0.99,
  rangeMs: MINUTE_MS,
  intervalMs: MINUTE_MS,
  initialDelayMs: 0,
  count: null,
  failureLimit: 3,
  inconclusiveLimit: 0,
  consecutiveErrorLimit: 4,
  consecutiveSuccessLimit: 0,
};

const phasesAfter = (measurements: readonly MeasurementPhase[], metric: Partial<AnalysisMetric> = {}) => {
  let counts = NO_MEASUREMENTS;
  return measurements.map((phase) => {
    counts = addMeasurement(counts, phase);
    return phaseOfMetric({ ...METRIC, ...metric }, counts);
  });
};
const times = (phase: MeasurementPhase, count: number) => Array.from({ length: count }, () => phase);

describe('a measurement', () => {
  it.each([
    [null, { successFrom: 0.9 }, 'error'],
    [0.95, {}, 'successful'],
    [0.9, { successFrom: 0.9 }, 'successful'],
    [0.89, { successFrom: 0.9 }, 'failed'],
    [0.89, { failureBelow: 0.9 }, 'failed'],
    [0.9, { failureBelow: 0.9 }, 'successful'],
    [0.85, { successFrom: 0.9, failureBelow: 0.8 }, 'inconclusive'],
    [0.79, { successFrom: 0.9, failureBelow: 0.8 }, 'failed'],
    [0.85, { successFrom: 0.8, failureBelow: 0.9 }, 'failed'],
  ] as const)('%s under %o is %s', (value, conditions, phase) => {
    expect(judgeMeasurement(value, conditions)).toBe(phase);
  });
});

describe('the phase of a metric', () => {
  it('needs a fourth failure for a limit of three, however many successes lie between', () => {
    const failures = ['failed', 'successful', 'failed', 'failed', 'successful', 'failed'] as const;
    expect(phasesAfter(failures)).toEqual(['running', 'running', 'running', 'running', 'running', 'failed']);
    expect(phasesAfter(times('failed', 50), { failureLimit: -1 }).at(-1)).toBe('running');
    expect(phasesAfter(['failed'], { failureLimit: 0 })).toEqual(['failed']);
  });

  it('needs a fifth error in a row for a limit of four; a failure starts the row again', () => {
    expect(phasesAfter(times('error', 5)).map((phase) => phase === 'error')).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(phasesAfter([...times('error', 4), 'failed', ...times('error', 4)]).at(-1)).toBe('running');
  });

  it('is Error, not Failed, where both limits are passed', () => {
    expect(phasesAfter([...times('failed', 3), 'failed', ...times('error', 5)]).at(-1)).toBe('error');
    expect(phasesAfter(['inconclusive', ...times('failed', 4)]).at(-1)).toBe('inconclusive');
  });

  it('ends after its count, once without an interval and never with one', () => {
    expect(phasesAfter(times('successful', 3), { count: 3 })).toEqual(['running', 'running', 'successful']);
    expect(phasesAfter(['successful'], { intervalMs: null })).toEqual(['successful']);
    expect(phasesAfter(times('successful', 99)).at(-1)).toBe('running');
    expect(phasesAfter(['error', 'successful'], { count: 1 })).toEqual(['running', 'successful']);
  });

  it('ends with successes in a row, where they are asked for', () => {
    const two = { consecutiveSuccessLimit: 2, count: 3 };
    expect(phasesAfter(['successful', 'successful'], two)).toEqual(['running', 'successful']);
    expect(phasesAfter(['successful', 'failed', 'successful'], two).at(-1)).toBe('inconclusive');
    expect(phasesAfter(['successful', 'failed', 'successful'], { ...two, failureLimit: -1 }).at(-1)).toBe('failed');
  });

  it('of a run is the worst of its metrics', () => {
    expect(worstPhase(['successful', 'running'])).toBe('running');
    expect(worstPhase(['error', 'failed', 'inconclusive'])).toBe('failed');
    expect(worstPhase(['inconclusive', 'error'])).toBe('error');
  });
});

describe('the canary', () => {
  const settings: ArgoSettings = {
    ladder: { stages: [20_000, 40_000, 60_000, 80_000], dwellMs: 10 * MINUTE_MS },
    analysis: 'background',
    startingStage: 1,
    metrics: [{ ...METRIC, rangeMs: 5 * MINUTE_MS, intervalMs: 5 * MINUTE_MS }],
  };
  const failing =
    (errors: number): Minute =>
    () => ({
      treatment: anArm({ exposures: 100, errors }),
      control: anArm({ exposures: 100 }),
    });

  it('climbs as in the documentation', () => {
    const ticks = play(ARGO_ROLLOUTS.shipped, 60, failing(0));
    expect(movesOf(ticks)).toEqual([
      [10, 40],
      [20, 60],
      [30, 80],
      [40, 100],
    ]);
    expect(endOf(ticks)).toEqual(['complete', 41]);
  });

  it('measures at the start of the analysis, and aborts with the fourth failure', () => {
    // The second stage begins at minute 10 and is seen at 11: failures at 11, 16, 21 and 26.
    expect(endOf(play(argoRollouts(settings), 60, failing(2)))).toEqual(['rollback', 26]);
    expect(endOf(play(argoRollouts({ ...settings, startingStage: 0 }), 60, failing(2)))).toEqual(['rollback', 16]);
    expect(endOf(play(argoRollouts(settings), 60, failing(1)))).toEqual(['complete', 41]);
  });

  it('retries a query without requests, and aborts with the fifth error in a row', () => {
    expect(endOf(play(argoRollouts({ ...settings, startingStage: 0 }), 60, () => null))).toEqual(['rollback', 5]);
  });

  it('pauses for good when an analysis is inconclusive', () => {
    const between = [{ ...settings.metrics[0]!, failureBelow: 0.5 }];
    const ticks = play(argoRollouts({ ...settings, metrics: between }), 60, failing(20));
    expect(movesOf(ticks)).toEqual([[10, 40]]);
    expect(endOf(ticks)).toEqual(['hold', 60]);
  });

  it('waits at each stage for an inline analysis', () => {
    const three = [{ ...METRIC, count: 3 }];
    const inline = argoRollouts({ ...settings, analysis: 'inline', metrics: three });
    expect(movesOf(play(inline, 60, failing(0)))).toEqual([
      [12, 40],
      [24, 60],
      [36, 80],
      [48, 100],
    ]);
    const onlyOne = argoRollouts({ ...settings, analysis: 'inline', metrics: [{ ...METRIC, failureLimit: 0 }] });
    expect(endOf(play(onlyOne, 60, failing(2)))).toEqual(['rollback', 10]);
  });
});
