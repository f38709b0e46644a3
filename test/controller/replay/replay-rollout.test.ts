import { describe, expect, it } from 'vitest';
import {
  type HeldModels,
  modelsNamedIn,
  NO_MODELS,
  type Observation,
  planFault,
  replayRollout,
  reproduceDecisions,
} from '../../../controller/index.ts';
import { emptyRampPolicy, RAMP_INPUTS } from '../../../models/index.ts';
import { PACED } from '../../../simulation/index.ts';
import { always, served } from '../decide/learned/some-models.ts';
import { recordedRun } from './recorded-run.ts';

/** A policy that is sure of a pace: it believes that time at one half costs nothing but, or saves all. */
function sureOf(pace: 'veryCautious' | 'aggressive') {
  const empty = emptyRampPolicy(pace, 'linUcb', Number.MIN_VALUE);
  const half = RAMP_INPUTS.indexOf('at half');
  const sign = pace === 'veryCautious' ? -1 : 1;
  const moments = empty.moments.map((row) => row.map((_, i) => (i === half ? sign * 1e6 : 0)));
  return { ...empty, moments, precision: empty.precision.map((row) => row.map((value) => 1e6 * value)) };
}

const ramp = { id: 'quick', hash: 'abc', fittedAtMs: null, artefact: sureOf('aggressive') };
const settings = { ...PACED, rampPolicy: 'learned' as const };
const records = recordedRun('B1', 10_001, { settings, models: { ...NO_MODELS, ramp } }).slice(0, 180);
const held: HeldModels = { risk: [], novelty: [], ramp: [ramp] };
const planOf = (index: number) => (records[index]!.observation as unknown as Observation).rollout.definition;

describe('recorded decisions that are made again', () => {
  it('come out as they were recorded, every one and every number of it', () => {
    expect(records.filter(({ decision }) => decision.choice !== undefined).length).toBe(1);
    expect(reproduceDecisions(records, held)).toEqual({
      same: records.length,
      different: [],
      notMade: 0,
      missingModels: [],
    });
  });

  it('are told apart from records that are not what was decided', () => {
    const [first, second, ...others] = records;
    const forged = [
      { ...first!, decision: { ...first!.decision, coverage: 99_000 } },
      { ...second!, assessment: { ...(second!.assessment as object), units: { old: 1, new: 1 } } },
      ...others,
    ];
    expect(reproduceDecisions(forged, held).different).toEqual([
      { windowEndMs: first!.windowEndMs, what: 'the decision: hold to 1000' },
      { windowEndMs: second!.windowEndMs, what: 'the assessment' },
    ]);
  });

  it('wait for the models that they name', () => {
    expect(modelsNamedIn(records)).toEqual([{ kind: 'ramp', id: 'quick', hash: 'abc', fittedAtMs: null }]);
    const other = { ...held, ramp: [{ ...ramp, hash: 'another' }] };
    expect(reproduceDecisions(records, other)).toEqual({
      same: 0,
      different: [],
      notMade: records.length,
      missingModels: ['quick'],
    });
  });
});

describe('recorded decisions under other settings', () => {
  it('are those of the schedule from where the chosen pace departed from it, and nowhere before', () => {
    const isDeparture = ({ decision: { reasons } }: (typeof records)[number]) => reasons[0]!.code === 'pace';
    const departed = records.filter(isDeparture);
    expect(departed.length).toBeGreaterThan(0);
    const { decisions, differences, stoppedBecause } = replayRollout(records, held, { rampPolicy: 'schedule' });
    expect({ decisions, stoppedBecause }).toEqual({ decisions: records.length, stoppedBecause: null });
    expect(differences.length).toBeGreaterThan(0);
    for (const { windowEndMs } of differences)
      expect(isDeparture(records.find((record) => record.windowEndMs === windowEndMs)!)).toBe(true);
    expect(differences[0]!.windowEndMs).toBe(departed[0]!.windowEndMs);
  });

  it('keep the pace that another policy would have chosen', () => {
    const slow = { ...ramp, id: 'slow', artefact: sureOf('veryCautious') };
    const { differences, stoppedBecause } = replayRollout(records, held, { models: { ramp: slow } });
    expect(stoppedBecause).toBeNull();
    expect(differences.length).toBeGreaterThan(3);
    const [first, ...others] = differences.map(({ wouldBe }) => wouldBe);
    expect(first!.choice).toMatchObject({ policy: 'slow' });
    for (const { choice, reasons } of others) {
      expect(choice).toBeUndefined();
      expect(reasons[0]!.message).not.toContain('aggressive');
    }
    expect(others.some(({ reasons }) => reasons[0]!.message.includes('the pace veryCautious'))).toBe(true);
  });

  it('are not told where a model that would be asked is not at hand', () => {
    const nothing: HeldModels = { risk: [], novelty: [], ramp: [] };
    expect(replayRollout(records, nothing, { appetite: 'fast' })).toMatchObject({
      decisions: 0,
      stoppedBecause: 'quick cannot be had here',
    });
    expect(replayRollout(records, nothing, { rampPolicy: 'schedule' }).stoppedBecause).toBeNull();
    const other = { ...ramp, id: 'other' };
    expect(replayRollout(records, nothing, { models: { ramp: other } }).stoppedBecause).toBeNull();
  });

  it('add up the same evidence from the first window on where the plan is the same', () => {
    expect(replayRollout(records, held, { plan: planOf(0) }).differences).toEqual([]);
  });

  it('ask a risk model that the plan did not ask', () => {
    const risk = served(always(9));
    const { differences } = replayRollout(records, held, { riskModel: 'hold', models: { risk, novelty: null } });
    const reasons = differences.map(({ wouldBe }) => wouldBe.reasons[0]!.code);
    expect(differences.length).toBeGreaterThan(0);
    expect(new Set(differences.map(({ wouldBe }) => wouldBe.action))).toEqual(new Set(['hold', 'stepBack']));
    expect(new Set(reasons)).toEqual(new Set(['riskSuspicion', 'secondLook']));
  });

  it('follow another plan: more dwell holds where there was a ramp', () => {
    const stages = planOf(0).stages.map((stage) => ({ ...stage, dwellMs: 86_400_000 }));
    const plan = { ...planOf(0), rampPolicy: 'schedule' as const, stages };
    const [first] = replayRollout(records, held, { plan }).differences;
    expect(first).toMatchObject({ was: { action: 'ramp' }, wouldBe: { action: 'hold' } });
    expect(first!.wouldBe.reasons.map(({ code }) => code)).toContain('dwell');
  });

  it('need the first records where evidence has to be added up anew', () => {
    expect(replayRollout(records.slice(5), held, { plan: planOf(0) })).toEqual({
      decisions: 0,
      differences: [],
      stoppedBecause: 'evidence has to be added up from the first window on, and the first records are missing',
    });
    expect(replayRollout(records.slice(5), held, { appetite: 'fast' }).stoppedBecause).toBeNull();
  });

  it('need the same variants and windows, and metrics of which something was recorded', () => {
    const plan = planOf(0);
    const [metric] = plan.metrics;
    expect(planFault(plan, plan)).toBeUndefined();
    expect(planFault({ ...plan, rollout: 'another' }, plan)).toContain('"another"');
    expect(planFault({ ...plan, control: 'new' }, plan)).toContain('it compares');
    expect(planFault({ ...plan, windowMs: 1 }, plan)).toContain('1 ms');
    expect(planFault({ ...plan, metrics: [{ ...metric!, metric: 'revenue' }] }, plan)).toContain('revenue');
  });
});
