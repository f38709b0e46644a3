import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  GATE_LIMITS,
  type GateEvidence,
  passGate,
  type VersionOutcome,
} from '../../../training/gate/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';

const measured = (value: number) => ({ value, lower: value - 0.01, upper: value + 0.01 });

const good: GateEvidence = {
  schemaHash: 'abc',
  knownSchemaHash: 'abc',
  parityError: 0,
  artefactFault: null,
  artefactBytes: 100_000,
  inferenceMs: 0.05,
  replayFailures: 0,
  averagePrecision: measured(0.9),
  championAveragePrecision: 0.9,
  falseRollback: measured(0.01),
  calibrationError: 0.02,
  calibrationRuns: { found: 49, needed: 49 },
  bandGap: { value: 0.005, blocksPromotion: false },
  segmentGap: null,
  benchmarkCost: { value: -0.2, lower: -0.5, upper: 0.1 },
  shadow: { days: 7, rollouts: 50, scoreStability: 0.1 },
  canary: { rollouts: 20, isWorse: false },
};

describe('the gate for models', () => {
  it('promotes what was measured and is good in everything', () => {
    expect(passGate(good)).toMatchObject({ verdict: 'promote', nextState: 'champion', reasons: [] });
  });

  it.each<[string, Partial<GateEvidence>, string]>([
    ['other features', { knownSchemaHash: 'abd' }, 'schema'],
    ['features that nobody makes', { knownSchemaHash: null }, 'schema'],
    ['training that sees other numbers than serving', { parityError: 1e-8 }, 'parity'],
    ['a coefficient that is not finite', { artefactFault: 'a number is not finite' }, 'usable'],
    ['too many bytes', { artefactBytes: 3_000_000 }, 'size'],
    ['slowness', { inferenceMs: 1 }, 'speed'],
    ['a replay that fails', { replayFailures: 1 }, 'replay'],
    ['less precision than the champion', { averagePrecision: measured(0.8949) }, 'averagePrecision'],
    ['a precision that is no number', { averagePrecision: measured(Number.NaN) }, 'averagePrecision'],
    ['too many false rollbacks', { falseRollback: measured(0.021) }, 'falseRollback'],
    ['no benign rollout to roll back', { falseRollback: measured(Number.NaN) }, 'falseRollback'],
    ['probabilities that mean something else', { calibrationError: 0.031 }, 'calibrationError'],
    ['a calibration error that is no number', { calibrationError: Number.NaN }, 'calibrationError'],
    ['thresholds that can never be passed', { calibrationRuns: { found: 48, needed: 49 } }, 'calibrationRuns'],
    ['one band with other errors', { bandGap: { value: 0.02, blocksPromotion: true } }, 'bandGap'],
    ['one segment with other errors', { segmentGap: { value: 0.02, blocksPromotion: true } }, 'segmentGap'],
    ['a higher cost in the benchmark', { benchmarkCost: { value: 0.2, lower: 0.1, upper: 0.3 } }, 'benchmarkCost'],
    ['too few days in the shadow', { shadow: { ...good.shadow!, days: 6.9 } }, 'shadowDays'],
    ['too few rollouts in the shadow', { shadow: { ...good.shadow!, rollouts: 49 } }, 'shadowRollouts'],
    ['scores in the shadow that differ', { shadow: { ...good.shadow!, scoreStability: 0.2 } }, 'scoreStability'],
    ['too few rollouts in the canary', { canary: { rollouts: 19, isWorse: false } }, 'canaryRollouts'],
    ['harm in the canary', { canary: { rollouts: 40, isWorse: true } }, 'canaryHarm'],
  ])('keeps the champion for %s', (_, change, check) => {
    const { verdict, checks, reasons } = passGate({ ...good, ...change });
    const inTheWay = checks.filter(({ outcome }) => outcome !== 'passed' && outcome !== 'notApplicable');
    expect({ verdict, names: inTheWay.map((one) => one.check) }).toEqual({ verdict: 'keep', names: [check] });
    expect(reasons).toEqual([`${check}: ${inTheWay[0]!.message}`]);
  });

  it('keeps by default: what nobody has measured stands in the way', () => {
    const nothing = {
      ...good,
      inferenceMs: null,
      replayFailures: null,
      averagePrecision: null,
      falseRollback: null,
      calibrationError: null,
      shadow: null,
      canary: null,
    };
    const { verdict, nextState, checks } = passGate(nothing);
    expect({ verdict, nextState }).toEqual({ verdict: 'keep', nextState: 'candidate' });
    expect(checks.filter(({ outcome }) => outcome === 'notMeasured')).toHaveLength(10);
  });

  it('lets a model go one stage at a time', () => {
    expect(passGate({ ...good, shadow: null, canary: null }).nextState).toBe('shadow');
    expect(passGate({ ...good, canary: null }).nextState).toBe('canary');
    const person = { needsShadow: false, needsCanary: false, limits: GATE_LIMITS };
    expect(passGate({ ...good, shadow: null, canary: null }, person).verdict).toBe('promote');
  });

  it('asks for no more than a first model can have', () => {
    expect(passGate({ ...good, championAveragePrecision: null, parityError: null, benchmarkCost: null }).verdict).toBe(
      'promote',
    );
  });
});

describe('two versions compared rollout by rollout', () => {
  const options = { challengerShare: 0.1, alpha: 0.05 };

  /** Rollouts of which a tenth is given to the challenger. */
  function outcomes(
    seed: number,
    count: number,
    falseShares: readonly [champion: number, challenger: number],
  ): VersionOutcome[] {
    const { uniform, normal } = seededDraws(seed);
    return Array.from({ length: count }, () => {
      const isChallenger = uniform() < options.challengerShare;
      const isRolledBackFalsely = uniform() < falseShares[isChallenger ? 1 : 0];
      return {
        version: isChallenger ? 'challenger' : 'champion',
        isRolledBackFalsely,
        isMissed: false,
        cost: 5 + normal(),
      };
    });
  }

  it('calls a challenger worse that is no worse in less than 5 % of 200 tests, looked at after every tenth rollout', () => {
    let wrong = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const all = outcomes(seed, 300, [0.1, 0.1]);
      const looks = Array.from({ length: 30 }, (_, look) => all.slice(0, 10 * (look + 1)));
      if (looks.some((some) => compareVersions(some, options).isWorse)) wrong += 1;
    }
    expect(wrong / 200).toBeLessThan(0.05);
  });

  it('finds one that is much worse', () => {
    let found = 0;
    for (let seed = 0; seed < 20; seed += 1)
      if (compareVersions(outcomes(seed, 600, [0.02, 0.5]), options).isWorse) found += 1;
    expect(found).toBeGreaterThan(17);
  });

  it('has an interval of the difference of costs that holds the truth, and none of one rollout', () => {
    const { cost, rollouts } = compareVersions(outcomes(3, 4_000, [0, 0]), options);
    expect(cost!.lower).toBeLessThan(0);
    expect(cost!.upper).toBeGreaterThan(0);
    expect(rollouts.champion + rollouts.challenger).toBe(4_000);
    expect(compareVersions(outcomes(3, 1, [0, 0]), options).cost).toBeNull();
  });
});
