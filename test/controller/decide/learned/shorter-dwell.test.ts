import { describe, expect, it } from 'vitest';
import { type DecisionModels, decide } from '../../../../controller/decide/index.ts';
import type { RolloutDefinition } from '../../../../domain/index.ts';
import { codesOf, HEALTHY, someWindows } from '../builders.ts';
import { always, aNoveltyModel, aWatchedRollout, models, observationWith, served } from './some-models.ts';

const MINUTE_MS = 60_000;
const FULL = 95_000;

/** Half an hour at each coverage; after ten minutes somebody may have seen enough. */
const hurried = (plan: Partial<RolloutDefinition>): Pick<RolloutDefinition, 'stages'> & Partial<RolloutDefinition> => ({
  stages: [5_000, 20_000, 50_000, FULL].map((coverage) => ({ coverage, dwellMs: 30 * MINUTE_MS })),
  shortestDwellMs: 10 * MINUTE_MS,
  ...plan,
});

const healthyFor = (minutes: number) => someWindows({ count: minutes * 6, variants: HEALTHY });

const watched = (asked: DecisionModels, minutes: number, plan: Partial<RolloutDefinition> = {}) =>
  decide(observationWith(asked, aWatchedRollout(hurried({ riskModel: 'hold', ...plan })), healthyFor(minutes)), asked);

describe('a low risk score', () => {
  const untroubled = models(served(always(-2)));

  it('ends a stage early, from the shortest dwell of the plan on', () => {
    const tooSoon = watched(untroubled, 9);
    expect([tooSoon.decision.action, codesOf(tooSoon)]).toEqual(['hold', ['dwell']]);
    expect(tooSoon.decision.reasons[0]!.releasedBy).toBe('60 s more');
    expect(watched(untroubled, 10).decision).toMatchObject({ action: 'ramp', coverage: 50_000 });
  });

  it('is what the schedule waits for, and no longer than the planned dwell', () => {
    const doubtful = models(served(always(1)));
    const early = watched(doubtful, 10);
    expect([early.decision.action, codesOf(early)]).toEqual(['hold', ['dwell']]);
    expect(early.decision.reasons[0]!.releasedBy).toBe('20 min more');
    expect(watched(doubtful, 30).decision).toMatchObject({ action: 'ramp', coverage: 50_000 });
  });

  it('ends nothing where the plan names no shortest dwell, or lets the model say nothing', () => {
    for (const plan of [{ shortestDwellMs: undefined }, { riskModel: 'off' as const }]) {
      expect(codesOf(watched(untroubled, 20, plan as Partial<RolloutDefinition>))).toContain('dwell');
    }
  });

  it('ends nothing in a rollout like none before, or where no model can be asked', () => {
    for (const asked of [{ ...untroubled, novelty: aNoveltyModel(0) }, models(null)]) {
      expect(codesOf(watched(asked, 20))).toContain('dwell');
    }
  });
});
