import { describe, expect, it } from 'vitest';
import { decide } from '../../../../controller/decide/index.ts';
import type { PaceName, RolloutDefinition } from '../../../../domain/index.ts';
import { aRollout, codesOf, observationOf, someWindows } from '../builders.ts';

const MINUTE_MS = 60_000;

const healthyAt = (coverage: number) => ({
  new: { units: coverage / 25, errors: coverage / 2_500 },
  old: { units: 4_000 - coverage / 25, errors: 40 - coverage / 2_500 },
});

/** What is decided so long after a ramp in a rollout that keeps a pace; five minutes a stage are planned, two at least. */
function keeping(pace: PaceName, minutes: number, coverage = 5_000, definition: Partial<RolloutDefinition> = {}) {
  const plan = { rampPolicy: 'learned' as const, shortestDwellMs: 2 * MINUTE_MS, ...definition };
  const windows = someWindows({ count: minutes * 6, coverage, variants: healthyAt(coverage) });
  const observation = observationOf(aRollout(plan, { coverage }), windows.slice(-1));
  const before = decide({ ...observation, windows: windows.slice(0, -1) }).evidence;
  return decide({ ...observation, evidence: { ...before, pace: { pace, policy: 'ramp-1', sinceMs: 0 } } });
}

const moveOf = (outcome: ReturnType<typeof decide>) => [outcome.decision.action, outcome.decision.coverage];

describe('a rollout that keeps a pace', () => {
  it('does what the schedule does where it is the pace of its plan', () => {
    expect(moveOf(keeping('asPlanned', 4))).toEqual(['hold', 5_000]);
    expect(codesOf(keeping('asPlanned', 4))).toEqual(['dwell']);
    expect(moveOf(keeping('asPlanned', 5))).toEqual(['ramp', 20_000]);
    expect(codesOf(keeping('asPlanned', 5))).toEqual(['stageCleared']);
  });

  it('stays longer than planned at a slow one, and most of all at one half, and says how long', () => {
    const early = keeping('veryCautious', 6);
    expect([moveOf(early), codesOf(early)]).toEqual([['hold', 5_000], ['pace']]);
    expect(early.decision.reasons[0]!.message).toContain('veryCautious');
    expect(early.decision.reasons[0]!.releasedBy).toBe('90 s more');
    expect(moveOf(keeping('veryCautious', 8))).toEqual(['ramp', 20_000]);
    expect(moveOf(keeping('veryCautious', 29, 50_000))).toEqual(['hold', 50_000]);
    expect(moveOf(keeping('veryCautious', 30, 50_000))).toEqual(['ramp', 95_000]);
  });

  it('goes on sooner at a quick one, and no sooner than the plan permits', () => {
    expect(moveOf(keeping('fast', 3))).toEqual(['hold', 5_000]);
    const early = keeping('fast', 4);
    expect([moveOf(early), codesOf(early)]).toEqual([
      ['ramp', 20_000],
      ['pace', 'stageCleared'],
    ]);
    expect(moveOf(keeping('aggressive', 1))).toEqual(['hold', 5_000]);
    expect(codesOf(keeping('aggressive', 1))).toContain('dwell');
    expect(moveOf(keeping('aggressive', 3, 5_000, { maxStepFactor: 20 }))).toEqual(['ramp', 50_000]);
  });

  it('goes as far as one move may where it skips a stage', () => {
    expect(moveOf(keeping('aggressive', 3, 1_000))).toEqual(['ramp', 6_000]);
    expect(moveOf(keeping('aggressive', 3, 1_000, { maxStepFactor: 2 }))).toEqual(['ramp', 2_000]);
  });

  it('never waits longer at a quick one than the schedule, which may have been hurried', () => {
    expect(moveOf(keeping('fast', 5))).toEqual(['ramp', 20_000]);
    expect(codesOf(keeping('fast', 5))).toEqual(['stageCleared']);
  });

  it('is the schedule again where the plan says so, and remembers the pace', () => {
    const outcome = keeping('veryCautious', 6, 5_000, { rampPolicy: 'schedule' });
    expect(moveOf(outcome)).toEqual(['ramp', 20_000]);
    expect(outcome.evidence.pace?.pace).toBe('veryCautious');
    expect(outcome.assessment.pace).toBeUndefined();
    expect(keeping('veryCautious', 6).assessment.pace).toMatchObject({ pace: 'veryCautious', policy: 'ramp-1' });
  });
});
