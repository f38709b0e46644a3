import { describe, expect, it } from 'vitest';
import {
  checkForecastArtefact,
  FORECAST_INPUTS,
  type ForecastArtefact,
  fitLinear,
  fitSpreads,
  forecastBasis,
  forecastInputs,
  forecastResidual,
  HISTORY_STEPS,
  predictStep,
  robustScore,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const history = Array.from({ length: HISTORY_STEPS }, (_, step) => -4 + 0.001 * step + (step % 2 === 0 ? 0.05 : -0.05));

describe('what is usual of a series', () => {
  const basis = forecastBasis(history)!;

  it('is its median and its robust standard deviation', () => {
    expect(basis.level).toBeCloseTo(-3.97, 1);
    expect(basis.scale).toBeCloseTo(1.4826 * 0.05, 1);
    expect(robustScore(basis, basis.level + 3 * basis.scale)).toBeCloseTo(3, 12);
  });

  it('is not moved by an incident that is over', () => {
    const disturbed = history.map((value, step) => (step < 15 ? value + 3 : value));
    expect(Math.abs(forecastBasis(disturbed)!.level - basis.level)).toBeLessThan(basis.scale);
  });

  it('needs half an hour of known steps', () => {
    const known = (count: number) => history.map((value, step) => (step < count ? value : null));
    expect(forecastBasis(known(29))).toBeUndefined();
    expect(forecastBasis(known(30))).toBeDefined();
  });

  it('shows a predictor as many finite inputs as it wants, which depend on the season only where it has turned', () => {
    const at = (ahead: number, phase: number) => forecastInputs(basis, { ahead, period: 1_440, phase });
    expect(at(1, 0)).toHaveLength(FORECAST_INPUTS);
    expect([...at(60, 700), ...at(1, 0)].every(Number.isFinite)).toBe(true);
    const seasonal = (inputs: readonly number[]) => inputs.slice(-4).map(Math.abs);
    expect(Math.max(...seasonal(at(60, 700)))).toBeGreaterThan(
      20 * Math.min(...seasonal(at(1, 0)).filter((x) => x > 0)),
    );
  });
});

describe('a predictor', () => {
  const { normal } = seededDraws(2);
  const inputs = Array.from({ length: 400 }, () => [normal(), normal()]);

  it('by linear regression finds the coefficients that made the targets', () => {
    const [constant, first, second] = fitLinear(
      inputs,
      inputs.map(([a, b]) => 3 + 2 * a! - b! + 0.01 * normal()),
    );
    for (const [found, true_] of [
      [constant, 3],
      [first, 2],
      [second, -1],
    ] as const)
      expect(found).toBeCloseTo(true_, 2);
  });

  it('has as wide a spread as its residuals had so far ahead', () => {
    const residuals = [3, 12, 60].flatMap((ahead) =>
      Array.from({ length: 4_000 }, () => ({ ahead, residual: Math.sqrt(ahead) * normal() })),
    );
    const spreads = fitSpreads(residuals);
    const forecast = (ahead: number) => predictStep({ kind: 'level', spreads }, Array(FORECAST_INPUTS).fill(0), ahead);
    expect(forecast(3).upper).toBeCloseTo(1.645 * Math.sqrt(3), 0);
    expect(forecast(60).upper / forecast(3).upper).toBeCloseTo(Math.sqrt(20), 0);
    expect(forecastResidual(forecast(60), forecast(60).upper)).toBeCloseTo(1.645, 2);
    // Further ahead than anything that was learned: as wide as the widest.
    expect(forecast(500)).toEqual(forecast(60));
  });
});

describe('a forecaster from a store', () => {
  const sound: ForecastArtefact = {
    kind: 'forecast',
    version: 'one',
    predictor: { kind: 'level', spreads: [{ untilAhead: 60, lower: -1, upper: 1 }] },
    watch: { phi: 0.3, calibration: [-1, 0, 1], logThreshold: null },
    origin: { backend: 'none', seed: 1, rowCount: 1, runCount: 1, harmfulShare: 0 },
  };

  it('is usable as it was stored', () => {
    expect(checkForecastArtefact(JSON.parse(JSON.stringify(sound)))).toEqual({ kind: 'usable', artefact: sound });
  });

  it.each<[string, object]>([
    ['another kind', { kind: 'risk' }],
    ['no version', { version: '' }],
    ['a predictor of no known kind', { predictor: { kind: 'oracle' } }],
    ['a coefficient too few', { predictor: { ...sound.predictor, kind: 'linear', coefficients: [1] } }],
    ['a network with other inputs', { predictor: { kind: 'network', network: { inputs: 2, hidden: [], heads: {} } } }],
    ['no spreads', { predictor: { kind: 'level', spreads: [] } }],
    ['residuals out of order', { watch: { ...sound.watch, calibration: [1, 0] } }],
    ['no residuals', { watch: { ...sound.watch, calibration: [] } }],
    ['an autocorrelation of 1', { watch: { ...sound.watch, phi: 1 } }],
    ['a threshold that is no number', { watch: { ...sound.watch, logThreshold: 'high' } }],
  ])('is refused with %s', (_, change) => {
    expect(checkForecastArtefact({ ...sound, ...change }).kind).toBe('refused');
  });
});
