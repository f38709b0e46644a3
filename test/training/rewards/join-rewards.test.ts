import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_MODELS, type Observation } from '../../../controller/index.ts';
import type { DecisionRecord, Label } from '../../../domain/index.ts';
import { APPETITES, emptyRampPolicy } from '../../../models/index.ts';
import { type OurSettings, rampRun, readScenario, TUNED } from '../../../simulation/index.ts';
import type { RecordedGeneration } from '../../../training/dataset/recorded-generation.ts';
import { joinRewards, REWARD_DELAY_MS, type RewardedGeneration } from '../../../training/rewards/join-rewards.ts';
import { rewardSet } from '../../../training/rewards/reward-set.ts';
import { recordedRun } from '../../controller/replay/recorded-run.ts';
import { aKnownLabel } from '../recorded-world.ts';

const ramp = { id: 'uniform', hash: 'abc', fittedAtMs: null, artefact: emptyRampPolicy('uniform', 'thompson', 1) };
const models = { ...NO_MODELS, ramp };
const settings: OurSettings = { ...TUNED, rampPolicy: 'learned', appetite: 'fast' };
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const MUCH_LATER_MS = 9e12;

/** The generation of a simulated rollout, with what the simulation knows of its choices. */
function simulated(name: string, seed: number, label: Partial<Label> = {}) {
  const records = recordedRun(name, seed, { settings, models });
  const file = new URL(`../../../simulation/scenarios/${name}.json`, import.meta.url);
  const scenario = readScenario(JSON.parse(readFileSync(file, 'utf8')));
  const { outcome, decisions } = rampRun({ scenario, seed, settings, models, rollout: 'simulated' });
  const generation = generationOf(records, label);
  return { generation, outcome, known: decisions.map(({ costs }) => costs) };
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
const joined = (generation: RecordedGeneration) => joinRewards(generation, MUCH_LATER_MS)!;

describe('rewards joined to recorded choices', () => {
  it('are those that the simulation knows, of a healthy rollout', () => {
    const { choices, verdict, end } = joined(healthy.generation);
    expect({ verdict, end, choices: choices.length }).toEqual({
      verdict: 'healthy',
      end: 'completed',
      choices: healthy.known.length,
    });
    for (const [index, { costs, factors }] of choices.entries()) {
      const known = healthy.known[index]!;
      expect(costs).toMatchObject({ harm: 0, falseRollback: 0, move: known.move, objective: 0 });
      // To the tick: the simulation counts to the tick that begins at full coverage.
      expect(Math.abs(costs.hours - known.hours)).toBeLessThanOrEqual(1 / 60 + 1e-9);
      expect(factors).toEqual(APPETITES.fast);
    }
  });

  it('put harm where the simulation does, of a rollout that regressed, within a factor of three', () => {
    const { choices } = joined(regressed.generation);
    const harms = choices.map(({ costs }) => costs.harm);
    expect(choices.length).toBe(regressed.known.length);
    expect(harms[0]).toBeGreaterThan(0);
    expect(harms).toEqual(harms.toSorted((a, b) => b - a));
    expect(harms[0]! / regressed.known[0]!.harm).toBeGreaterThan(1 / 3);
    expect(harms[0]! / regressed.known[0]!.harm).toBeLessThan(3);
    for (const { costs } of choices) expect([costs.hours, costs.falseRollback]).toEqual([0, 0]);
  });

  it('let harm go on until the horizon where nobody took the change back', () => {
    const harmOf = (end: 'completed' | 'rolledBack') =>
      joined({ ...regressed.generation, end }).choices.map(({ costs }) => costs.harm);
    const [kept, takenBack] = [harmOf('completed'), harmOf('rolledBack')];
    for (const [index, harm] of kept.entries()) expect(harm).toBeGreaterThan(takenBack[index]! + 0.1);
    expect(Math.max(...kept)).toBeLessThanOrEqual(1);
  });

  it('do not let what is better by one metric make up for what is worse by another', () => {
    const records = regressed.generation.records.map((record) => withRevenue(record, 'guardrail', 1.5));
    const [harm] = joined({ ...regressed.generation, records }).choices.map(({ costs }) => costs.harm);
    const without = regressed.generation.records.map((record) => withRevenue(record, 'diagnostic', 1.5));
    expect(harm).toBe(joined({ ...regressed.generation, records: without }).choices[0]!.costs.harm);
  });

  it('count a healthy rollout that was taken back once for every choice, and no hours', () => {
    const takenBack: RecordedGeneration = { ...healthy.generation, end: 'rolledBack' };
    for (const { costs } of joined(takenBack).choices) expect([costs.falseRollback, costs.hours]).toEqual([1, 0]);
  });

  it('wait for the end, and a day longer where no person has spoken', () => {
    const { generation } = healthy;
    const endedAtMs = generation.endedAtMs!;
    const labels = [aKnownLabel('simulated', { source: 'rule', ingestedAtMs: endedAtMs })];
    expect(joinRewards({ ...generation, endedAtMs: null }, MUCH_LATER_MS)).toBeUndefined();
    expect(joinRewards({ ...generation, labels }, endedAtMs + REWARD_DELAY_MS - 1)).toBeUndefined();
    expect(joinRewards({ ...generation, labels }, endedAtMs + REWARD_DELAY_MS)?.choices.length).toBeGreaterThan(0);
    const spoken = [aKnownLabel('simulated', { ingestedAtMs: endedAtMs })];
    expect(joinRewards({ ...generation, labels: spoken }, endedAtMs)?.choices.length).toBeGreaterThan(0);
  });

  it('leave out what nobody knows the truth of, and count it', () => {
    const nobody: RecordedGeneration = { ...regressed.generation, labels: [] };
    expect(joined(nobody)).toMatchObject({ verdict: undefined, choices: [] });
  });

  it('leave out choices that took no effect, or were only advice', () => {
    const { generation } = healthy;
    const made = generation.records.filter(({ decision }) => decision.choice !== undefined);
    const records = generation.records.map((record) => {
      if (record === made[0]) return { ...record, wasApplied: false };
      const advice = { action: 'ramp' as const, coverage: 3_000 };
      return record === made[1] ? { ...record, decision: { ...record.decision, advice } } : record;
    });
    expect(joined({ ...generation, records }).choices.length).toBe(made.length - 2);
  });

  it('count what is forgone of an objective metric while not everybody has the better variant', () => {
    const objective = (role: 'objective' | 'diagnostic', factor: number) => {
      const records = healthy.generation.records.map((record) => withRevenue(record, role, factor));
      return joined({ ...healthy.generation, records }).choices.map(({ costs }) => costs.objective);
    };
    const better = objective('objective', 1.2);
    expect(better[0]).toBeGreaterThan(0);
    expect(better[0]).toBeLessThan(0.2);
    expect(better).toEqual(better.toSorted((a, b) => b - a));
    // A worse one costs where it is, and most of it stays until the horizon.
    expect(objective('objective', 0.8)[0]).toBeGreaterThan(better[0]!);
    expect(objective('diagnostic', 1.2).every((cost) => cost === 0)).toBe(true);
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
    const changed = first!.choices.map((row) => ({ ...row, costs: { ...row.costs, hours: row.costs.hours + 1 } }));
    expect(rewardSet([{ ...first!, choices: changed }, second!], digest).hash).not.toBe(set.hash);
  });

  it('lets rollbacks that are labelled stand for those that are not', () => {
    const unknown = Array.from({ length: 6 }, (_, index): RewardedGeneration => {
      return { ...both[1]!, runId: `c${index}/1`, end: 'rolledBack', verdict: undefined, choices: [] };
    });
    const labelled = { ...both[1]!, end: 'rolledBack' as const };
    const set = rewardSet([both[0]!, labelled, ...unknown], digest);
    expect({ finished: set.finishedCount, unknown: set.unknownCount }).toEqual({ finished: 8, unknown: 6 });
    expect(set.rows.length).toBe(both[0]!.choices.length + both[1]!.choices.length);
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
