import { SHARE_TOTAL } from '../../domain/index.ts';
import type { Policy, PolicyMove } from '../policies/policy.ts';
import type { RunOutcome } from '../scorecard/run-outcome.ts';
import { type BenchWorld, openBenchWorld, type WorldOptions } from './bench-world.ts';
import { type HarmAccount, openHarmAccount } from './harm-account.ts';
import { STREAM } from './keyed-uniforms.ts';
import type { Scenario } from './scenario-schema.ts';
import { openTelemetry, type Telemetry } from './telemetry.ts';

/** Coverage that counts as the whole way. */
const ALMOST_ALL = 0.95 * SHARE_TOTAL;

const HOUR_MS = 3_600_000;

/** What a run has come to so far. */
interface Progress {
  coverage: number;
  raisedAtMs: number;
  coverageSinceMs: number;
  end: RunOutcome['end'];
  endedAtMs: number | null;
  almostAllAtMs: number | null;
  lostMs: number;
  steps: number;
  reversals: number;
  flaggedAtMs: number | null;
  actedOnFault: boolean;
}

/** Plays one policy in the world of a seed, to the horizon. */
export function runWorld(scenario: Scenario, seed: number, policy: Policy, options: WorldOptions = {}): RunOutcome {
  return playWorld(openBenchWorld(scenario, seed, options), policy);
}

/** Plays one policy in an open world. */
export function playWorld(world: BenchWorld, policy: Policy): RunOutcome {
  const run = policy.start(Math.floor(world.uniform(STREAM.policy, 0, 0) * 2 ** 31));
  const telemetry = openTelemetry(world);
  const harm = openHarmAccount(world);
  const progress = startAt(policy.firstCoverage);
  for (let tick = 0; tick < world.ticks; tick += 1) {
    const { coverage, raisedAtMs } = progress;
    harm.add({ tick, coverage, raisedAtMs });
    if (progress.endedAtMs !== null) continue;
    if (progress.almostAllAtMs !== null && coverage < ALMOST_ALL) progress.lostMs += world.tickMs;
    telemetry.send(tick, world.windowAt({ tick, coverage, raisedAtMs }));
    const nowMs = (tick + 1) * world.tickMs;
    const view = { nowMs, coverage, coverageSinceMs: progress.coverageSinceMs, windows: telemetry.receive(tick) };
    advance(progress, run.step(view), nowMs, telemetry.fault);
  }
  return outcomeOf({ world, policy, progress, harm, telemetry });
}

function startAt(coverage: number): Progress {
  return {
    coverage,
    raisedAtMs: 0,
    coverageSinceMs: 0,
    end: 'unfinished',
    endedAtMs: null,
    almostAllAtMs: coverage >= ALMOST_ALL ? 0 : null,
    lostMs: 0,
    steps: 0,
    reversals: 0,
    flaggedAtMs: null,
    actedOnFault: false,
  };
}

function advance(progress: Progress, move: PolicyMove, nowMs: number, fault: Telemetry['fault']): void {
  const before = progress.coverage;
  const after = coverageAfter(move, before);
  const isBroken = fault !== null && nowMs > fault.fromMs && nowMs <= fault.untilMs;
  // What was said before anything was broken is no answer to the fault.
  if (move.isDataFlagged === true && (fault === null || nowMs > fault.fromMs)) progress.flaggedAtMs ??= nowMs;
  if (isBroken && (after > before || move.action === 'rollback')) progress.actedOnFault = true;
  if (after > before) {
    progress.steps += 1;
    progress.raisedAtMs = nowMs;
  }
  if (after < before && move.action === 'move') progress.reversals += 1;
  if (after !== before) progress.coverageSinceMs = nowMs;
  if (after >= ALMOST_ALL) progress.almostAllAtMs ??= nowMs;
  if (move.action === 'rollback' || move.action === 'complete') {
    progress.end = move.action === 'rollback' ? 'rolledBack' : 'completed';
    progress.endedAtMs = nowMs;
  }
  progress.coverage = after;
}

function coverageAfter({ action, coverage }: PolicyMove, before: number): number {
  if (action === 'hold') return before;
  if (action === 'rollback') return 0;
  if (action === 'complete') return SHARE_TOTAL;
  if (coverage === undefined || !Number.isInteger(coverage) || coverage < 0 || coverage > SHARE_TOTAL) {
    throw new Error(`a move needs a coverage from 0 to ${SHARE_TOTAL}, not ${coverage}`);
  }
  return coverage;
}

function outcomeOf({
  world,
  policy,
  progress,
  harm,
  telemetry,
}: {
  readonly world: BenchWorld;
  readonly policy: Policy;
  readonly progress: Progress;
  readonly harm: HarmAccount;
  readonly telemetry: Telemetry;
}): RunOutcome {
  const { scenario, seed } = world;
  return {
    scenario: scenario.name,
    kind: scenario.kind,
    seed,
    policy: policy.name,
    end: progress.end,
    endedAtMs: progress.endedAtMs,
    harmedSinceMs: harm.sinceMs(),
    harmlessSinceMs: harm.harmlessSinceMs(),
    harm: harm.share(),
    segmentHarm: harm.worstSegmentShare(),
    hoursTo95: progress.almostAllAtMs === null ? null : progress.almostAllAtMs / HOUR_MS,
    ...(progress.lostMs === 0 ? {} : { hoursLost: progress.lostMs / HOUR_MS }),
    steps: progress.steps,
    reversals: progress.reversals,
    flaggedAtMs: progress.flaggedAtMs,
    faultSinceMs: telemetry.fault?.fromMs ?? null,
    actedOnFault: progress.actedOnFault,
  };
}
