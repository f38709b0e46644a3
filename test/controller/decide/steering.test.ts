import { describe, expect, it } from 'vitest';
import { decide, decideAdvance } from '../../../controller/decide/index.ts';
import { NO_MODELS } from '../../../controller/index.ts';
import type { RolloutDefinition, RolloutState, Steering } from '../../../domain/index.ts';
import {
  aRollout,
  codesOf,
  decideAfter,
  errors,
  HEALTHY,
  latency,
  observationOf,
  START_MS,
  someWindows,
  WINDOW_MS,
} from './builders.ts';

const COUNT = 60;
const END_MS = START_MS + COUNT * WINDOW_MS;
const word = { owner: 'ann', reason: 'release party', untilMs: END_MS + 60_000 };
const said = (steering: Partial<Steering>): Partial<RolloutState> => ({
  steering: { mode: 'automatic', pin: null, overrides: [], ...steering },
});
const healthy = someWindows({ count: COUNT, variants: HEALTHY });
const broken = { new: { units: 200, errors: 40 }, old: { units: 800, errors: 8 } };
const harmful = someWindows({ count: COUNT, variants: broken });
const outcomeOf = (windows: typeof healthy, steering: Partial<Steering>, definition: Partial<RolloutDefinition> = {}) =>
  decideAfter(aRollout(definition, said(steering)), windows);

describe('a pin', () => {
  it('stops ramps and says by whom, why and until when; it ends by itself', () => {
    expect(outcomeOf(healthy, {}).decision.action).toBe('ramp');
    const { decision } = outcomeOf(healthy, { pin: word });
    expect(decision).toMatchObject({
      action: 'hold',
      reasons: [
        {
          code: 'pinned',
          message: 'ann pinned coverage to 20 % (release party); guardrails stay armed',
          releasedBy: 'unpin, or 60 s more',
        },
      ],
    });
    expect(outcomeOf(healthy, { pin: { ...word, untilMs: END_MS } }).decision.action).toBe('ramp');
  });

  it('leaves the guardrails armed', () => {
    expect(outcomeOf(harmful, { pin: word }).decision).toMatchObject({ action: 'rollback', coverage: 0 });
  });
});

describe('a mode', () => {
  it('of advice says what would be done, and does nothing', () => {
    const ramp = outcomeOf(healthy, { mode: 'advise' });
    expect(ramp.decision).toMatchObject({
      action: 'hold',
      coverage: 20_000,
      advice: { action: 'ramp', coverage: 50_000 },
    });
    expect(codesOf(ramp)).toEqual(['adviseOnly', 'stageCleared']);
    expect(ramp.evidence).toEqual(outcomeOf(healthy, {}).evidence);
    const rollback = outcomeOf(harmful, { mode: 'advise' });
    expect(rollback.decision).toMatchObject({
      action: 'hold',
      coverage: 20_000,
      advice: { action: 'rollback', coverage: 0 },
    });
    expect(codesOf(rollback).slice(0, 2)).toEqual(['adviseOnly', 'guardrailBreach']);
    const early = decideAfter(aRollout({}, said({ mode: 'advise' })), healthy.slice(0, 3));
    expect(early.decision.advice).toBeUndefined();
    expect(codesOf(early)).toContain('burnIn');
  });

  it('of off does nothing by itself, and goes on to gather evidence', () => {
    for (const windows of [healthy, harmful]) {
      const off = outcomeOf(windows, { mode: 'off' });
      expect(off.decision).toMatchObject({ action: 'hold', coverage: 20_000 });
      expect(codesOf(off)).toEqual(['modeOff']);
      expect(off.evidence).toEqual(outcomeOf(windows, {}).evidence);
    }
  });
});

describe('an overridden guardrail', () => {
  const overrides = [{ metric: 'errors', ...word }];

  it('is no reason to roll back while it is ignored, and says so beside the decision', () => {
    expect(codesOf(outcomeOf(harmful, {}))[0]).toBe('guardrailBreach');
    const ignored = outcomeOf(harmful, { overrides });
    expect(ignored.decision.action).toBe('ramp');
    expect(ignored.decision.reasons.at(-1)).toEqual({
      code: 'guardrailOverridden',
      message: 'errors: ann has it ignored for 60 s more (release party)',
      releasedBy: 'restore, or 60 s more',
    });
    const [guardrail] = ignored.assessment.treatments[0]!.guardrails;
    expect(guardrail).toMatchObject({ verdict: 'fail', overriddenUntilMs: word.untilMs });
    expect(ignored.assessment.treatments[0]!.combined.log10).toBe(0);
  });

  it('counts again, with all that it has seen, when its time is over', () => {
    const over = [{ ...overrides[0]!, untilMs: END_MS }];
    expect(outcomeOf(harmful, { overrides: over }).decision.action).toBe('rollback');
    const ignored = outcomeOf(harmful, { overrides });
    const rollout = aRollout({}, said({ overrides }));
    const later = {
      ...observationOf(rollout, []),
      evidence: ignored.evidence,
      closedThroughMs: END_MS,
      nowMs: word.untilMs,
    };
    expect(decide(later).decision.action).toBe('rollback');
  });

  it('leaves the others armed, whatever they find', () => {
    const slow = { new: { ...broken.new, slowness: 3 }, old: { ...broken.old, slowness: 1 } };
    const both = outcomeOf(
      someWindows({ count: COUNT, variants: slow }),
      { overrides },
      { metrics: [errors, latency] },
    );
    expect(both.decision.action).toBe('rollback');
    expect(both.decision.reasons.map(({ message }) => message.split(':')[0])).toEqual(['latency', 'errors']);
    expect(codesOf(both)).toEqual(['guardrailBreach', 'guardrailOverridden']);
  });

  it('does not hold for want of its data either', () => {
    const silent = [
      ...someWindows({
        count: COUNT,
        variants: { new: { units: 200, slowness: 1 }, old: { units: 800, slowness: 1 } },
      }),
    ].map(({ sources, ...window }) => ({
      ...window,
      sources: JSON.parse(JSON.stringify(sources).replaceAll('"errors":', '"other":')),
    }));
    const definition = { metrics: [errors, latency] };
    expect(codesOf(outcomeOf(silent, {}, definition))).toContain('noData');
    expect(codesOf(outcomeOf(silent, { overrides }, definition))).not.toContain('noData');
  });
});

describe('what a person may skip by a word', () => {
  it('is the pace of the plan, and nothing else', () => {
    const slow = {
      stages: [1_000, 5_000, 20_000, 50_000, 95_000].map((coverage) => ({ coverage, dwellMs: 86_400_000 })),
    };
    const paused = { ...said({ mode: 'off' }), phase: 'paused' } as const;
    const rollout = aRollout(slow, paused);
    expect(decide(observationOf(rollout, healthy)).decision.action).toBe('hold');
    expect(decideAdvance(observationOf(rollout, healthy), NO_MODELS)).toMatchObject({
      action: 'ramp',
      coverage: 50_000,
    });
    const early = decideAdvance(observationOf(rollout, healthy.slice(0, 3)), NO_MODELS);
    expect(early.reasons.map(({ code }) => code)).toEqual(['burnIn']);
    expect(decideAdvance(observationOf(rollout, harmful), NO_MODELS).action).toBe('rollback');
    expect(decideAdvance(observationOf(rollout, []), NO_MODELS).reasons[0]?.code).toBe('noClosedWindow');
  });
});
