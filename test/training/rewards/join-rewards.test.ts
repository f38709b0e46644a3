import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_MODELS, type Observation } from '../../../controller/index.ts';
import type { DecisionRecord, Label } from '../../../domain/index.ts';
import { APPETITES, emptyRampPolicy } from '../../../models/index.ts';
import { type OurSettings, PACED, rampRun, readScenario } from '../../../simulation/index.ts';
import type { RecordedGeneration } from '../../../training/dataset/recorded-generation.ts';
import { joinRewards, REWARD_DELAY_MS, type RewardedGeneration } from '../../../training/rewards/join-rewards.ts';
import { rewardSet } from '../../../training/rewards/reward-set.ts';
import { recordedRun } from '../../controller/replay/recorded-run.ts';
import { aKnownLabel } from '../recorded-world.ts';

const ramp = { id: 'uniform', hash: 'abc', fittedAtMs: null, artefact: emptyRampPolicy('uniform', 'thompson', 1) };
const models = { ...NO_MODELS, ramp };
const settings: OurSettings = { ...PACED, rampPolicy: 'learned', appetite: 'fast' };
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const MUCH_LATER_MS = 9e12;

/** The generation of a simulated rollout, with what the simulation knows of its costs. */
function simulated(name: string, seed: number, label: Partial<Label> = {}) {
  const records = recordedRun(name, seed, { settings, models });
  const file = new URL(`../../../simulation/scenarios/${name}.json`, import.meta.url);
  const scenario = readScenario(JSON.parse(readFileSync(file, 'utf8')));
  const { outcome, costs } = rampRun({ scenario, seed, settings, models, rollout: 'simulated' });
  const generation = generationOf(records, label);
  return { generation, outcome, known: costs };
}

function generationOf(records: readonly DecisionRecord[], label: Partial<Label>): RecordedGeneration {
  const last = records.at(-1)!;
  const { rollout } = last.observation as unknown as Observation;
  const end = last.decision.action === 'rollback' ? 'rolledBack' : 'completed';
  const labels = [aKnownLabel('simulated', label)];
  return { definition: rollout.definition, generation: 1, records, labels, endedAtMs: last.decidedAtMs, end };
}

const healthy = simulated('B1', 10_001);
const regressed = simulated('H5', 10_003, { verdict: 'regressed' });
const joinedAt = (generation: RecordedGeneration, cutOffMs: number) => {
  const found = joinRewards(generation, cutOffMs);
  return found.kind === 'joined' ? found.generation : undefined;
};
const joined = (generation: RecordedGeneration) => joinedAt(generation, MUCH_LATER_MS)!;
const costsOf = (generation: RecordedGeneration) => joined(generation).choice!.costs;

function withState(record: DecisionRecord, changed: Partial<Observation['rollout']['state']>): DecisionRecord {
  const observation = record.observation as unknown as Observation;
  const rollout = { ...observation.rollout, state: { ...observation.rollout.state, ...changed } };
  return { ...record, observation: { ...observation, rollout } as unknown as DecisionRecord['observation'] };
}

describe('costs joined to the recorded choice of a pace', () => {
  it('are those that the simulation knows, of a healthy rollout', () => {
    const { choice, verdict, end } = joined(healthy.generation);
    expect({ verdict, end }).toEqual({ verdict: 'healthy', end: 'completed' });
    const { costs, factors } = choice!;
    // The simulation ends before the rollout is completed, which raises coverage once more.
    expect(costs).toMatchObject({ harm: 0, falseRollback: 0, move: healthy.known.move + 1, objective: 0 });
    // To the tick: the simulation counts to the tick that begins at full coverage.
    expect(Math.abs(costs.hours - healthy.known.hours)).toBeLessThanOrEqual(1 / 60 + 1e-9);
    expect(factors).toEqual(APPETITES.fast);
  });

  it('count the hours after going back from full coverage as well', () => {
    const { records } = healthy.generation;
    const stateOf = (record: DecisionRecord) => (record.observation as unknown as Observation).rollout.state;
    const full = records.find((record) => stateOf(record).coverage >= 95_000)!;
    const backMs = stateOf(full).coverageSinceMs + 1_800_000;
    const onMs = backMs + 1_800_000;
    const went = records.map((record) => {
      const { decidedAtMs } = record;
      if (decidedAtMs < backMs) return record;
      const looked = { coverage: 50_000, coverageSinceMs: backMs };
      return withState(record, decidedAtMs < onMs ? looked : { coverageSinceMs: onMs });
    });
    const { hours } = costsOf({ ...healthy.generation, records: went });
    expect(hours).toBeCloseTo(costsOf(healthy.generation).hours + 0.5, 9);
  });

  it('put harm where the simulation does, of a rollout that regressed, within a factor of three', () => {
    const { harm, hours, falseRollback } = costsOf(regressed.generation);
    expect(harm / regressed.known.harm).toBeGreaterThan(1 / 3);
    expect(harm / regressed.known.harm).toBeLessThan(3);
    expect([hours, falseRollback]).toEqual([0, 0]);
  });

  it('let harm go on until the horizon where nobody took the change back', () => {
    const harmOf = (end: 'completed' | 'rolledBack') => costsOf({ ...regressed.generation, end }).harm;
    expect(harmOf('completed')).toBeGreaterThan(harmOf('rolledBack') + 0.1);
    expect(harmOf('completed')).toBeLessThanOrEqual(1);
  });

  it('do not let what is better by one metric make up for what is worse by another', () => {
    const records = regressed.generation.records.map((record) => withRevenue(record, 'guardrail', 1.5));
    const without = regressed.generation.records.map((record) => withRevenue(record, 'diagnostic', 1.5));
    expect(costsOf({ ...regressed.generation, records }).harm).toBe(
      costsOf({ ...regressed.generation, records: without }).harm,
    );
  });

  it('count a healthy rollout that was taken back once, and no hours', () => {
    const { falseRollback, hours } = costsOf({ ...healthy.generation, end: 'rolledBack' });
    expect([falseRollback, hours]).toEqual([1, 0]);
  });

  it('wait for the end, and a day longer where no person has spoken', () => {
    const { generation } = healthy;
    const endedAtMs = generation.endedAtMs!;
    const labels = [aKnownLabel('simulated', { source: 'rule', ingestedAtMs: endedAtMs })];
    expect(joinedAt({ ...generation, endedAtMs: null }, MUCH_LATER_MS)).toBeUndefined();
    expect(joinedAt({ ...generation, labels }, endedAtMs + REWARD_DELAY_MS - 1)).toBeUndefined();
    expect(joinedAt({ ...generation, labels }, endedAtMs + REWARD_DELAY_MS)?.choice).toBeDefined();
    const spoken = [aKnownLabel('simulated', { ingestedAtMs: endedAtMs })];
    expect(joinedAt({ ...generation, labels: spoken }, endedAtMs)?.choice).toBeDefined();
  });

  it('leave out what nobody knows the truth of, and count it', () => {
    const nobody = joined({ ...regressed.generation, labels: [] });
    expect([nobody.verdict, nobody.choice]).toEqual([undefined, undefined]);
  });

  it('leave out a choice that took no effect, or was only advice', () => {
    const { generation } = healthy;
    const made = generation.records.find(({ decision }) => decision.choice !== undefined)!;
    const changed = (other: DecisionRecord) => ({
      ...generation,
      records: generation.records.map((record) => (record === made ? other : record)),
    });
    const advice = { action: 'ramp' as const, coverage: 3_000 };
    const advised = { ...made, decision: { ...made.decision, advice } };
    const notApplied = { ...made, wasApplied: false } as DecisionRecord;
    for (const other of [advised, notApplied]) expect(joinRewards(changed(other), MUCH_LATER_MS).kind).toBe('none');
  });

  it('leave out choices of an earlier version, which were made among other actions at every stage, and say so', () => {
    const { generation } = healthy;
    const { policy, hash, seed } = generation.records.find(({ decision }) => decision.choice)!.decision.choice!;
    const actions = [
      { action: 'hold', coverage: 1_000, propensity: 0.5 },
      { action: 'ramp', coverage: 3_000, propensity: 0.5 },
    ];
    const features = { coverage: 1_000, harmLog10: 0 };
    const old = { policy, hash, schema: 'ramp/2', features, seed, actions, taken: 1, scheduled: 1, mainInputs: [] };
    const records = generation.records.map((record, index) =>
      index % 10 === 0 ? { ...record, decision: { ...record.decision, choice: old as never } } : record,
    );
    expect(joinRewards({ ...generation, records }, MUCH_LATER_MS)).toEqual({ kind: 'otherVersion' });
  });

  it('count what is forgone of an objective metric while not everybody has the better variant', () => {
    const objective = (role: 'objective' | 'diagnostic', factor: number) => {
      const records = healthy.generation.records.map((record) => withRevenue(record, role, factor));
      return costsOf({ ...healthy.generation, records }).objective;
    };
    const better = objective('objective', 1.2);
    expect(better).toBeGreaterThan(0);
    expect(better).toBeLessThan(0.2);
    // A worse one costs where it is, and most of it stays until the horizon.
    expect(objective('objective', 0.8)).toBeGreaterThan(better);
    expect(objective('diagnostic', 1.2)).toBe(0);
  });
});

describe('a set of rewarded choices', () => {
  const both: readonly RewardedGeneration[] = [
    { ...joined(healthy.generation), runId: 'a/1' },
    { ...joined(regressed.generation), runId: 'b/1' },
  ];

  it('is the same in any order, and another one when a part of a cost is', () => {
    const set = rewardSet(both, digest);
    expect(rewardSet(both.toReversed(), digest)).toEqual(set);
    const [first, second] = both;
    const { choice } = first!;
    const changed = { ...choice!, costs: { ...choice!.costs, hours: choice!.costs.hours + 1 } };
    expect(rewardSet([{ ...first!, choice: changed }, second!], digest).hash).not.toBe(set.hash);
  });

  it('lets rollbacks that are labelled stand for those that are not', () => {
    const unknown = Array.from({ length: 6 }, (_, index): RewardedGeneration => {
      const { choice: _nobodyKnows, ...others } = both[1]!;
      return { ...others, runId: `c${index}/1`, end: 'rolledBack', verdict: undefined };
    });
    const labelled = { ...both[1]!, end: 'rolledBack' as const };
    const set = rewardSet([both[0]!, labelled, ...unknown], digest);
    expect({ finished: set.finishedCount, unknown: set.unknownCount }).toEqual({ finished: 8, unknown: 6 });
    expect(set.rows.length).toBe(2);
    expect(set.rows.at(-1)!.weight).toBeGreaterThan(set.rows[0]!.weight);
  });
});

/** The same windows with another revenue in the treatment. */
function withRevenue(
  record: DecisionRecord,
  role: 'objective' | 'diagnostic' | 'guardrail',
  factor: number,
): DecisionRecord {
  const observation = structuredClone(record.observation) as unknown as {
    rollout: { definition: { metrics: { metric: string; role: string }[] } };
    windows: { sources: Record<string, { variants: Record<string, { metrics: Record<string, object> }> }> }[];
  };
  for (const metric of observation.rollout.definition.metrics) if (metric.metric === 'revenue') metric.role = role;
  for (const { sources } of observation.windows)
    for (const { variants } of Object.values(sources))
      for (const [variant, { metrics }] of Object.entries(variants)) {
        const mean = variant === 'new' ? factor : 1;
        const shown = metrics['revenue'] as { exposures: number };
        const { exposures } = shown;
        metrics['revenue'] = { kind: 'value', exposures, sum: mean * exposures, sumOfSquares: 1.5 * exposures };
      }
  return { ...record, observation: observation as unknown as DecisionRecord['observation'] };
}
