import { describe, expect, it } from 'vitest';
import { decide, type Observation, type Outcome } from '../../../controller/index.ts';
import { closedWindowOf } from '../../../simulation/benchmark/closed-window-of.ts';
import { openBenchWorld, runWorld, toldBy, traceRun } from '../../../simulation/benchmark/index.ts';
import { peerPolicy } from '../../../simulation/policies/index.ts';
import { aSimulatedRollout, guardrailOf, START_MS } from '../../../simulation/rollouts.ts';
import { publicScenario } from './public-scenarios.ts';

describe('a traced run', () => {
  const policy = peerPolicy('growthbook/shipped')!;
  const { steps, outcome } = traceRun(publicScenario('H1'), 3, policy);

  it('is the same run as without a trace', () => {
    expect(outcome).toEqual(runWorld(publicScenario('H1'), 3, policy));
  });

  it('has every tick until the policy ended it, with all windows that came', () => {
    expect(steps.map(({ nowMs }) => nowMs)).toEqual(steps.map((_, index) => 60_000 * (index + 1)));
    expect(steps.at(-1)).toMatchObject({ nowMs: outcome.endedAtMs, move: { action: 'rollback' } });
    const windows = steps.flatMap((step) => step.windows);
    expect(windows.length).toBeGreaterThan(0.9 * steps.length);
  });
});

describe('what the controller can tell of a decision', () => {
  it('is all of its reasons, and the evidence of all guardrails together and of each against its line', () => {
    const told = toldBy(outcomeInH1(8));
    expect(told.reasons[0]).toMatchObject({ code: 'guardrailBreach', message: expect.stringContaining('errors') });
    expect(told.verdicts.map(({ metric, verdict }) => [metric, verdict])).toEqual([
      ['all guardrails', null],
      ['errors', 'fail'],
      ['latency', expect.stringMatching(/inconclusive|pass/)],
    ]);
    expect(told.verdicts[0]!.log10).toBeGreaterThan(told.verdicts[0]!.lineLog10);
    expect(told.verdicts[2]!.log10).toBeLessThan(told.verdicts[2]!.lineLog10);
  });
});

/** Three to ten times the errors at one half, judged minute by minute. */
function outcomeInH1(minutes: number): Outcome {
  const world = openBenchWorld(publicScenario('H1'), 3);
  const { definition, state } = aSimulatedRollout({
    burnInMs: 0,
    metrics: [guardrailOf('errors', 1), guardrailOf('latency', 1)],
  });
  const rollout = { definition, state: { ...state, coverage: 50_000 } };
  let evidence: Observation['evidence'] = null;
  let outcome: Outcome | undefined;
  for (let tick = 0; tick < minutes; tick += 1) {
    const window = world.windowAt({ tick, coverage: 50_000, raisedAtMs: 0 });
    const closed = closedWindowOf({ window, reports: [window], clockSkewMs: null }, definition, START_MS);
    const nowMs = closed.endMs;
    outcome = decide({
      nowMs,
      rollout,
      evidence,
      closedThroughMs: nowMs,
      windows: [closed],
      quarantinedSources: [],
      lateShare: 0,
    });
    evidence = outcome.evidence;
  }
  return outcome!;
}
