import { describe, expect, it } from 'vitest';
import { type DecisionModels, decide } from '../../../../controller/decide/index.ts';
import type { RolloutDefinition } from '../../../../domain/index.ts';
import { emptyRampPolicy } from '../../../../models/index.ts';
import { aRollout, codesOf, HEALTHY, someWindows } from '../builders.ts';
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

describe('a learned ramp policy, before the planned dwell is over', () => {
  const asked: DecisionModels = {
    ...models(null),
    ramp: { id: 'ramp-1', hash: 'abc', fittedAtMs: null, artefact: emptyRampPolicy('nothing known') },
  };
  const rollout = aRollout(hurried({ rampPolicy: 'learned' }));
  const decidedAt = (minutes: number) => decide(observationWith(asked, rollout, healthyFor(minutes)), asked);

  it('may ramp from the shortest dwell on, where the schedule would hold', () => {
    const { choice, reasons } = decidedAt(12).decision;
    expect(choice!.actions[choice!.scheduled]).toMatchObject({ action: 'hold', coverage: 20_000 });
    expect(choice!.actions.filter(({ action }) => action === 'ramp').length).toBeGreaterThan(1);
    expect(reasons[0]!.message).toContain('the schedule would');
    expect(decidedAt(9).decision).toMatchObject({ action: 'hold', coverage: 20_000 });
    expect(decidedAt(9).decision.choice).toBeUndefined();
  });

  it('is asked again only when the shortest dwell has passed once more', () => {
    const windows = healthyFor(21);
    const isAsked = (count: number) => {
      const observation = observationWith(asked, rollout, windows.slice(0, count));
      const { evidence } = decide({ ...observation, windows: observation.windows.slice(0, -1) }, asked);
      const newest = { ...observation, evidence, windows: observation.windows.slice(-1) };
      return decide(newest, asked).decision.choice !== undefined;
    };
    const minutes = [10, 11, 15, 19, 20, 21];
    expect(minutes.filter((minute) => isAsked(6 * minute))).toEqual([10, 20]);
  });
});
