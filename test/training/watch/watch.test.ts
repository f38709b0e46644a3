import { describe, expect, it } from 'vitest';
import { MurmurHash } from '../../../evaluator/bucketing/murmur-hash.ts';
import {
  addTiming,
  CANARY_SHARE,
  type ChampionSigns,
  COOL_DOWN_MS,
  dueTraining,
  isInCanary,
  judgeChampion,
  modelInUse,
  NO_SIGNS,
  NO_TIMES,
  type TrainingSigns,
} from '../../../training/watch/index.ts';

const HOUR_MS = 3_600_000;

describe('a champion', () => {
  const sound: ChampionSigns = {
    benign: { runs: 100, alarms: 2 },
    nominalAlarmRate: 0.02,
    unusableScores: 0,
    latency: NO_TIMES,
    rollouts: 120,
    novelRollouts: 10,
    markedFalse: 1,
  };

  it('stays while nothing is wrong', () => {
    expect(judgeChampion(sound)).toEqual({ isToGo: false, reasons: [] });
  });

  it.each<[string, Partial<ChampionSigns>, string]>([
    ['it alarms far too often', { benign: { runs: 100, alarms: 20 } }, 'alarmed in 20 of 100'],
    ['a score is no number', { unusableScores: 1 }, 'no finite numbers'],
    ['its last three scores came too late', { latency: { scores: 9, lateInARow: 3 } }, 'more than 50 ms'],
    ['more than a fifth of the rollouts are novel', { novelRollouts: 25 }, '25 of 120'],
    ['people have marked two of its rollbacks as false', { markedFalse: 2 }, 'marked 2'],
  ])('goes when %s', (_, change, words) => {
    const { isToGo, reasons } = judgeChampion({ ...sound, ...change });
    expect({ isToGo, reasons }).toEqual({ isToGo: true, reasons: [expect.stringContaining(words)] });
  });

  it('does not go for two late scores, for three that are not in a row, or where the shipped model is late too', () => {
    const judged = (timings: readonly (readonly [ms: number, yardstickMs: number])[]) =>
      judgeChampion({
        ...NO_SIGNS,
        latency: timings.reduce((times, [ms, yardstickMs]) => addTiming(times, { ms, yardstickMs }), NO_TIMES),
      }).isToGo;
    const [late, quick, slowProcess] = [
      [51, 1],
      [50, 1],
      [400, 51],
    ] as const;
    expect(judged([late, late])).toBe(false);
    expect(judged([late, late, quick, late])).toBe(false);
    expect(judged([slowProcess, slowProcess, slowProcess])).toBe(false);
    expect(judged([late, slowProcess, late, late])).toBe(true);
  });

  it('does not go for a share of a handful of rollouts', () => {
    expect(judgeChampion({ ...sound, rollouts: 4, novelRollouts: 4 }).isToGo).toBe(false);
  });

  it('that cannot be used gives way to the one before it, and both to the guardrails, each step named', () => {
    const broken = (modelId: string) => ({ kind: 'unusable', modelId, reason: 'wrong hash' }) as const;
    const usable = (modelId: string) => ({ kind: 'usable', modelId, artefact: 1 }) as const;
    expect(modelInUse([usable('b'), usable('a')])).toEqual({
      kind: 'model',
      modelId: 'b',
      artefact: 1,
      steppedOver: [],
    });
    expect(modelInUse([broken('b'), usable('a')])).toMatchObject({ modelId: 'a', steppedOver: ['b: wrong hash'] });
    expect(modelInUse([broken('b'), broken('a')])).toEqual({
      kind: 'guardrailsOnly',
      steppedOver: ['b: wrong hash', 'a: wrong hash'],
    });
    expect(modelInUse([])).toEqual({ kind: 'guardrailsOnly', steppedOver: [] });
  });
});

describe('the canary', () => {
  const hash = (text: string) => new MurmurHash().addText(text).finish();

  it('is a tenth of the rollouts, another one for each model, and always the same', () => {
    const rollouts = Array.from({ length: 20_000 }, (_, index) => `rollout-${index}`);
    const a = rollouts.map((rollout) => isInCanary('a', rollout, hash));
    const b = rollouts.map((rollout) => isInCanary('b', rollout, hash));
    const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;
    expect(Math.abs(share(a) - CANARY_SHARE)).toBeLessThan(0.01);
    expect(Math.abs(share(a.map((isIn, index) => isIn && b[index]!)) - CANARY_SHARE ** 2)).toBeLessThan(0.005);
    expect(rollouts.map((rollout) => isInCanary('a', rollout, hash))).toEqual(a);
  });

  it('asks the hash for one text, and takes the places below a thousand of ten thousand', () => {
    const asked: string[] = [];
    const fixed = (place: number) => (text: string) => {
      asked.push(text);
      return 70_000 + place;
    };
    expect([isInCanary('m', 'r', fixed(999)), isInCanary('m', 'r', fixed(1_000))]).toEqual([true, false]);
    expect(new Set(asked)).toEqual(new Set(['model:m:r']));
  });
});

describe('training is due', () => {
  const quiet: TrainingSigns = {
    nowMs: 100 * HOUR_MS,
    lastRunMs: null,
    newLabels: 0,
    isNightly: false,
    stability: null,
    smallestQ: null,
    lossChanges: 0,
    logAlarmRate: null,
  };

  it.each<[string, Partial<TrainingSigns>, string | undefined]>([
    ['not without a reason', {}, undefined],
    ['not for 199 labels in the day', { newLabels: 199 }, undefined],
    ['for 200 labels', { newLabels: 200 }, 'labels'],
    ['at night for a single one', { newLabels: 1, isNightly: true }, 'schedule'],
    ['not at night for none', { isNightly: true }, undefined],
    ['not for one day of drift', { stability: { feature: 'errors.z', index: 0.5, days: 1 } }, undefined],
    ['for two days of drift', { stability: { feature: 'errors.z', index: 0.21, days: 2 } }, 'drift'],
    ['not for an index at its line', { stability: { feature: 'errors.z', index: 0.2, days: 9 } }, undefined],
    ['for a discovery among the inputs', { smallestQ: { feature: 'errors.z', q: 0.009 } }, 'drift'],
    ['not for a q-value of a hundredth', { smallestQ: { feature: 'errors.z', q: 0.01 } }, undefined],
    ['for a change of the losses', { lossChanges: 1 }, 'drift'],
    ['for too many alarms, before all else', { logAlarmRate: Math.log(100), newLabels: 500 }, 'alarmRate'],
    ['not for fewer alarms', { logAlarmRate: Math.log(99) }, undefined],
    ['never within the cool-down', { newLabels: 500, lastRunMs: 100 * HOUR_MS - COOL_DOWN_MS + 1 }, undefined],
    ['when the cool-down is over', { newLabels: 500, lastRunMs: 100 * HOUR_MS - COOL_DOWN_MS }, 'labels'],
    ['at night a little early, for the jitter', { newLabels: 1, isNightly: true, lastRunMs: 79 * HOUR_MS }, 'schedule'],
  ])('%s', (_, change, trigger) => {
    expect(dueTraining({ ...quiet, ...change })?.trigger).toBe(trigger);
  });
});
