import { describe, expect, it } from 'vitest';
import { decide, type PassReport } from '../../../controller/index.ts';
import type { Rollout, RolloutState } from '../../../domain/index.ts';
import { MAX_SHOWN_ROLLOUTS, ShownRollouts } from '../../../server/telemetry/shown-rollouts.ts';
import { aRolloutIn } from '../../controller/builders.ts';

const SCOPE = { tenant: 't', environment: 'e' };
const HOUR_MS = 3_600_000;

/** What is published, and a clock, both to be changed by hand. */
function aWorld() {
  const world = { nowMs: 1_000_000, published: [] as Rollout[] };
  const shown = new ShownRollouts({ nowMs: () => world.nowMs }, () =>
    world.published.map((rollout) => ({ ...SCOPE, rollout })),
  );
  const values = (name: string, labels: Readonly<Record<string, string>> = {}) =>
    shown
      .figures()
      .filter((figure) => figure.name === name)
      .filter((figure) => Object.entries(labels).every(([label, value]) => figure.labels[label] === value))
      .map(({ value }) => value);
  return { world, shown, values };
}

const moved = (rollout: Rollout, state: Partial<RolloutState>): Rollout => ({
  ...rollout,
  state: { ...rollout.state, ...state, revision: rollout.state.revision + 1 },
});

/** A look at a rollout in which no window has closed yet. */
function aPass(rollout: Rollout, nowMs: number, changes: Partial<PassReport> = {}): PassReport {
  const observation = {
    nowMs,
    rollout,
    evidence: null,
    closedThroughMs: nowMs - 30_000,
    windows: [],
    quarantinedSources: [],
    lateShare: 0,
  };
  return { rollout, observation, outcome: decide(observation), wasApplied: false, ...changes };
}

describe('the rollouts that are shown', () => {
  it('are those in progress, whoever started them, and none that ended before', () => {
    const { world, values } = aWorld();
    world.published = [aRolloutIn('running'), aRolloutIn('completed')].map((rollout, index) => ({
      ...rollout,
      definition: { ...rollout.definition, rollout: `r${index}` },
    }));
    expect(values('rollout_coverage_ratio')).toEqual([0.05]);
    expect(values('rollout_state', { rollout: 'r0', state: 'running' })).toEqual([1]);
    expect(values('rollout_state', { rollout: 'r0', state: 'rolledBack' })).toEqual([0]);
    expect(values('rollout_target_coverage_ratio')).toEqual([0.2]);
  });

  it('stay for an hour after this process saw them end, and go at once when somebody else took them back', () => {
    const { world, shown, values } = aWorld();
    const running = aRolloutIn('running');
    world.published = [running];
    expect(values('rollout_state', { state: 'running' })).toEqual([1]);
    shown.showMove(SCOPE, moved(running, { phase: 'rolledBack', coverage: 0 }), 'rollback');
    world.published = [];
    expect(values('rollout_state', { state: 'rolledBack' })).toEqual([1]);
    expect(values('moves_total', { verb: 'rollback' })).toEqual([1]);
    world.nowMs += HOUR_MS + 1;
    expect(shown.figures()).toEqual([]);

    world.published = [running];
    expect(values('rollout_info')).toEqual([1]);
    world.published = [];
    expect(shown.figures()).toEqual([]);
  });

  it('never go back to an older revision, so that a slow reading cannot undo a ramp', () => {
    const { world, shown, values } = aWorld();
    const running = aRolloutIn('running');
    world.published = [running];
    const ramped = moved(running, { coverage: 20_000 });
    shown.showPass(SCOPE, ramped, aPass(running, world.nowMs));
    expect(values('rollout_coverage_ratio')).toEqual([0.2]);
  });

  it('show what a pass found while it is fresh; the age of the data goes on meanwhile', () => {
    const { world, shown, values } = aWorld();
    const running = aRolloutIn('running');
    world.published = [running];
    shown.showPass(SCOPE, running, aPass(running, world.nowMs));
    expect(values('rollout_hold_reason', { reason_code: 'noClosedWindow' })).toEqual([1]);
    expect(values('combined_evidence_line_log10', { variant: 'on' })).toHaveLength(1);
    world.nowMs += 20_000;
    expect(values('data_age_seconds')).toEqual([50]);
    world.nowMs += 60_000;
    expect(values('data_age_seconds')).toEqual([]);
    expect(values('rollout_state', { state: 'running' })).toEqual([1]);
  });

  it('count decisions that took effect, and no others', () => {
    const { world, shown, values } = aWorld();
    const running = aRolloutIn('running');
    world.published = [running];
    for (const wasApplied of [true, false, true])
      shown.showPass(SCOPE, running, aPass(running, world.nowMs, { wasApplied }));
    expect(values('decisions_total', { decision: 'hold' })).toEqual([2]);
  });

  it('are so many at the most, so that a flood of them cannot drown a Prometheus', () => {
    const { world, values } = aWorld();
    const running = aRolloutIn('running');
    world.published = Array.from({ length: MAX_SHOWN_ROLLOUTS + 50 }, (_, index) => ({
      ...running,
      definition: { ...running.definition, rollout: `r${index}` },
    }));
    expect(values('rollout_info')).toHaveLength(MAX_SHOWN_ROLLOUTS);
  });
});
