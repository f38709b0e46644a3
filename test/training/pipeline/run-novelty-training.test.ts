import { beforeAll, describe, expect, it } from 'vitest';
import { addScore, checkNoveltyArtefact, judgeNovelty, NO_SCORES, scoreNovelty } from '../../../models/index.ts';
import { type NoveltyEvidence, passNoveltyGate } from '../../../training/gate/index.ts';
import { RISK_FIT, runNoveltyTraining, type TrainingOptions, type TrainingOutcome } from '../../../training/index.ts';
import { CUT_OFF_MS, recordedWorld } from '../recorded-world.ts';
import { Memory, tools } from './memory-ports.ts';

const options: TrainingOptions = {
  run: { runId: 'one', kind: 'novelty', cutOffMs: CUT_OFF_MS },
  environment: 'production',
  settings: { ...RISK_FIT, batchSize: 64, epochs: 6 },
  members: 1,
  gate: {},
  codeVersion: 'test',
  libraryVersions: { tfjs: 'test' },
  signal: new AbortController().signal,
};

describe('a training run for the novelty gate', () => {
  const memory = new Memory(
    recordedWorld({ rollouts: 90, minutes: 14, seed: 4, isHarmful: (index) => index % 5 === 0 }),
  );
  let outcome: Extract<TrainingOutcome, { outcome: 'trained' }>;
  beforeAll(async () => {
    outcome = (await runNoveltyTraining(memory, tools(), options)) as typeof outcome;
  });

  it('registers a model that can be served, with a card that shows it beside its baseline', () => {
    expect(outcome).toMatchObject({ outcome: 'trained', modelId: 'novelty-one' });
    const model = memory.models.get('novelty-one')!;
    expect(model).toMatchObject({ kind: 'novelty', environment: 'production', parentId: null });
    expect(checkNoveltyArtefact(model.artefact).kind).toBe('usable');
    expect(model.modelCard).toContain('| twelve principal components |');
  });

  it('keeps what is in use as long as too few harmless rollouts set its thresholds', () => {
    expect(outcome).toMatchObject({ verdict: 'keep', nextState: 'candidate' });
    expect(outcome.reasons).toEqual([expect.stringMatching(/^calibrationRuns: \d+, at least 99$/)]);
    expect(memory.moves).toEqual([]);
  });

  it('recognises rollouts whose inputs do not belong together as less alike than harmless ones', () => {
    const checked = checkNoveltyArtefact(memory.models.get('novelty-one')!.artefact);
    if (checked.kind !== 'usable') throw new Error(checked.reason);
    const { artefact } = checked;
    const { mean, sd } = artefact.standardisation;
    const usual = mean.map((value) => value);
    const unusual = mean.map((value, place) => value + (place % 2 === 0 ? 3 : -3) * sd[place]!);
    const stateOf = (vector: readonly number[]) => {
      let state = NO_SCORES;
      for (let minute = 0; minute < 6; minute += 1) ({ state } = addScore(state, scoreNovelty(artefact, vector)));
      return state;
    };
    // At .2, for which the few rollouts are enough.
    expect(judgeNovelty(artefact, stateOf(usual), undefined, 0.2).isNovel).toBe(false);
    const scored = stateOf(unusual).maximum;
    expect(scored === null || scored > judgeNovelty(artefact, NO_SCORES, undefined, 0.2).threshold).toBe(true);
  });

  it('learns nothing without labels, and says so', async () => {
    const unlabelled = recordedWorld({ rollouts: 4, minutes: 6, seed: 1 }).map((one) => ({ ...one, labels: [] }));
    expect(await runNoveltyTraining(new Memory(unlabelled), tools(), options)).toMatchObject({ outcome: 'refused' });
  });
});

describe('the gate of novelty models', () => {
  const sound: NoveltyEvidence = {
    schemaHash: 's',
    knownSchemaHash: 's',
    artefactFault: null,
    artefactBytes: 10_000,
    calibrationRuns: { found: 120, needed: 99 },
    benign: { runs: 100, novel: 1 },
    novelPValue: 0.63,
    corruptedShare: 0.9,
    championCorruptedShare: 0.92,
  };

  it('lets one pass that is sound and recognises about as much as the champion', () => {
    expect(passNoveltyGate(sound)).toMatchObject({ verdict: 'promote', nextState: 'champion', reasons: [] });
    expect(passNoveltyGate({ ...sound, championCorruptedShare: null }).verdict).toBe('promote');
  });

  it.each<[string, Partial<NoveltyEvidence>, string]>([
    ['features that nobody makes', { knownSchemaHash: null }, 'schema'],
    ['an artefact that cannot be served', { artefactFault: 'NaN' }, 'usable'],
    ['too few rollouts to calibrate with', { calibrationRuns: { found: 98, needed: 99 } }, 'calibrationRuns'],
    ['far too many novel rollouts', { benign: { runs: 100, novel: 6 }, novelPValue: 0.0005 }, 'novelShare'],
    ['nothing held out', { benign: { runs: 0, novel: 0 }, corruptedShare: null }, 'novelShare'],
    ['less than the champion recognises', { corruptedShare: 0.8 }, 'corruptedShare'],
  ])('keeps the champion for %s', (_, change, name) => {
    const { verdict, reasons } = passNoveltyGate({ ...sound, ...change });
    expect([verdict, reasons[0]?.split(':')[0]]).toEqual(['keep', name]);
  });
});
