import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addWindows, modelsInUse, NO_MODELS, type Observation } from '../../../controller/index.ts';
import {
  buildDataSet,
  type DataSetResult,
  type GenerationSummary,
  generationVectors,
  partOf,
  type RecordedGeneration,
  rowsIn,
  summariseGeneration,
} from '../../../training/index.ts';
import { aKnownLabel, CUT_OFF_MS, recordedWorld, STARTED_AT_MS } from '../recorded-world.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const world = recordedWorld({ rollouts: 12, minutes: 14, seed: 5 });

const summaries = (generations: readonly RecordedGeneration[], cutOffMs = CUT_OFF_MS): readonly GenerationSummary[] =>
  generations.flatMap((generation) => summariseGeneration(generation, cutOffMs));

const build = (generations: readonly RecordedGeneration[], cutOffMs = CUT_OFF_MS): DataSetResult =>
  buildDataSet(summaries(generations, cutOffMs), { cutOffMs, digest });

const built = (generations: readonly RecordedGeneration[], cutOffMs?: number) => {
  const result = build(generations, cutOffMs);
  if (result.kind === 'refused') throw new Error(result.reason);
  return result.dataSet;
};

/** The vectors that `decide` scores in the same observations where the plan asks a model. */
function vectorsInDecisions({ records, definition }: RecordedGeneration): readonly (readonly number[])[] {
  const vectors: (readonly number[])[] = [];
  let evidence: Observation['evidence'] = null;
  for (const { observation } of records as unknown as readonly { readonly observation: Observation }[]) {
    const asked = { ...observation.rollout, definition: { ...definition, riskModel: 'hold' } as const };
    evidence = addWindows({ ...observation, rollout: asked, evidence, models: modelsInUse(NO_MODELS) }, NO_MODELS);
    const newest = evidence.learned!['on']!.newest?.vector;
    if (newest !== undefined && newest !== vectors.at(-1)) vectors.push(newest);
  }
  return vectors;
}

describe('a data set of recorded decisions', () => {
  it('has the vectors that decisions score, to the bit', () => {
    for (const generation of world.slice(0, 3)) {
      const made = generationVectors(generation, CUT_OFF_MS).get('on')!;
      expect(made.map(({ vector }) => vector)).toEqual(vectorsInDecisions(generation));
      expect(made).toHaveLength(13);
    }
  });

  it('has a row for each complete minute of each labelled generation', () => {
    const { runs, finishedCount, unknownCount } = built(world);
    expect(runs).toHaveLength(12);
    expect(runs.map(({ rows }) => rows.length)).toEqual(runs.map(() => 13));
    expect(runs.filter(({ isHarmful }) => isHarmful)).toHaveLength(6);
    expect({ finishedCount, unknownCount }).toEqual({ finishedCount: 12, unknownCount: 0 });
    expect(runs[0]!.rows[0]).toMatchObject({
      runId: 'rollout-0/1',
      endMs: STARTED_AT_MS + 60_000,
      label: 0,
      weight: 1,
    });
  });

  it('is the same, to its hash, in whatever order records and generations come and however often', () => {
    const { hash } = built(world);
    const shuffled = world.toReversed().map((generation) => {
      const { records } = generation;
      return { ...generation, records: [...records.slice(7), ...records, ...records.slice(0, 3)] };
    });
    expect(built(shuffled).hash).toBe(hash);
    expect(built(world.slice(1)).hash).not.toBe(hash);
  });

  it('keeps decisions as they were when windows and records come later', () => {
    const [generation] = world;
    const before = generationVectors(generation!, CUT_OFF_MS);
    const cut = generation!.records[8]!.decidedAtMs;
    expect(generationVectors(generation!, cut).get('on')).toEqual(before.get('on')!.slice(0, 8));
    // A late copy of an old minute, seen by a later decision, with other numbers.
    const last = generation!.records.at(-1)!;
    const old = (world[1]!.records[2]!.observation as unknown as { readonly windows: unknown[] }).windows[0];
    const windows = [old, ...(last.observation as unknown as { readonly windows: unknown[] }).windows];
    const observation = { ...last.observation, windows } as unknown as typeof last.observation;
    const tampered = { ...generation!, records: [...generation!.records.slice(0, -1), { ...last, observation }] };
    expect(generationVectors(tampered, CUT_OFF_MS)).toEqual(before);
  });

  it('knows labels only from their cut-off on, and generations only when they are over', () => {
    const early = STARTED_AT_MS + 3_600_000 - 1;
    expect(build(world, early)).toEqual({
      kind: 'refused',
      reason:
        'There is nothing to learn from: of 12 finished generations none has a label that says healthy or regressed.',
    });
    const running = world.map((generation) => ({ ...generation, endedAtMs: null }));
    expect(build(running)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('of 0 finished') });
  });

  it('leaves out what nobody knows, and lets the others stand for it', () => {
    const unlabelled = world.map((generation, index) => ({
      ...generation,
      labels: index < 3 ? [aKnownLabel(generation.definition.rollout, { verdict: 'unknown' })] : generation.labels,
    }));
    const { runs, unknownCount } = built(unlabelled);
    expect({ runs: runs.length, unknownCount }).toEqual({ runs: 9, unknownCount: 3 });
    for (const { weight } of runs) expect(weight).toBeGreaterThan(1);
  });

  it('weighs rows by the confidence of their label', () => {
    const doubtful = world.map((generation) => ({
      ...generation,
      labels: generation.labels.map((label) => ({ ...label, confidence: 0.5 })),
    }));
    expect(new Set(built(doubtful).runs.flatMap(({ rows }) => rows.map(({ weight }) => weight)))).toEqual(
      new Set([0.5]),
    );
  });

  it('is refused, and says why, when it is empty or all of one kind', () => {
    expect(build([])).toMatchObject({ kind: 'refused', reason: expect.stringContaining('nothing to learn from') });
    const healthy = recordedWorld({ rollouts: 4, minutes: 12, seed: 1, isHarmful: () => false });
    expect(build(healthy)).toEqual({
      kind: 'refused',
      reason: 'Nothing can be told apart: all 4 labelled generations are healthy.',
    });
  });

  it('splits by rollout, the same way whatever else there is', () => {
    const shares = { calibration: 0.2, heldOut: 0.2 };
    const parts = Array.from({ length: 5_000 }, (_, index) => partOf(`rollout-${index}`, shares, digest));
    for (const [part, share] of [
      ['heldOut', 0.2],
      ['calibration', 0.2],
      ['fit', 0.6],
    ] as const) {
      const found = parts.filter((one) => one === part).length / parts.length;
      expect(Math.abs(found - share), part).toBeLessThan(0.02);
    }
    const dataSet = built(world);
    expect(dataSet.runs.map(({ rollout, part }) => [rollout, part])).toEqual(
      dataSet.runs.map(({ rollout }) => [rollout, partOf(rollout, shares, digest)]),
    );
    const rows = (['fit', 'calibration', 'heldOut'] as const).flatMap((part) => rowsIn(dataSet, part));
    expect(rows).toHaveLength(12 * 13);
  });
});
