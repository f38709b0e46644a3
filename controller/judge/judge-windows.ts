import { addWindows } from '../decide/add-windows.ts';
import { assessHealth } from '../decide/assess-health.ts';
import { type HealthAssessment, NO_MODELS, type Observation } from '../decide/index.ts';
import type { Situation } from '../decide/observation.ts';
import { findReasons } from './find-reasons.ts';
import type { JudgedWindow, JudgePlan } from './judge-plan.ts';
import { type JudgedTime, judgedRollout } from './judged-rollout.ts';
import type { Judgement, JudgementSummary } from './judgement.ts';
import { noteWindows } from './note-windows.ts';
import { shows } from './since-appearance.ts';

/** Comparisons of a window's metric with control in one step: some milliseconds of work. */
const COMPARISONS_PER_STEP = 40;

/**
 * Judges windows, oldest first and none overlapping another; it pauses after each step, so that a server can do other
 * things in between. `nowMs` is the moment for which silence is judged: no earlier than the end of the last window.
 *
 * Evidence and its meaning are those of the decision core: the same windows of a rollout would say the same.
 */
export function* judgeWindows(
  plan: JudgePlan,
  windows: readonly JudgedWindow[],
  nowMs: number,
): Generator<void, Judgement> {
  const observation = observationOf(plan, windows, nowMs);
  const size = Math.max(1, Math.floor(COMPARISONS_PER_STEP / (plan.metrics.length * plan.treatments.length)));
  let evidence = addWindows({ ...observation, windows: [] }, NO_MODELS);
  for (let first = 0; first < windows.length; first += size) {
    evidence = addWindows(
      { ...observation, evidence, windows: observation.windows.slice(first, first + size) },
      NO_MODELS,
    );
    yield;
  }
  return judgementOf(plan, { observation, evidence, assessment: assessHealth(observation, evidence) });
}

function observationOf(plan: JudgePlan, windows: readonly JudgedWindow[], nowMs: number): Observation {
  const rollout = judgedRollout(plan, timeOf(plan, windows, nowMs));
  return {
    nowMs,
    rollout,
    evidence: null,
    closedThroughMs: nowMs,
    windows: windows.map((window) => ({ ...window, coverage: rollout.state.coverage })),
    quarantinedSources: [],
    lateShare: 0,
  };
}

function timeOf({ treatments }: JudgePlan, windows: readonly JudgedWindow[], nowMs: number): JudgedTime {
  const first = windows.find((window) => treatments.some((variant) => shows(window, variant)));
  const startedAtMs = windows[0]?.startMs ?? nowMs;
  return {
    startedAtMs,
    sinceMs: first?.startMs ?? startedAtMs,
    windowMs: windows.reduce((longest, { startMs, endMs }) => Math.max(longest, endMs - startMs), 1),
  };
}

function judgementOf(plan: JudgePlan, situation: Situation): Judgement {
  const { observation, assessment } = situation;
  const { windows } = observation;
  const { verdict, reasons } = findReasons(plan, situation);
  const reason = reasons[0]?.message ?? 'every guardrail of every treatment is shown not to be worse';
  return {
    summary: { verdict, ...strongest(assessment), reason },
    windows: { count: windows.length, fromMs: windows[0]?.startMs ?? null, throughMs: windows.at(-1)?.endMs ?? null },
    reasons,
    notes: noteWindows(plan, windows),
    treatments: assessment.treatments,
    sampleRatio: plan.shares === null ? null : assessment.sampleRatio,
    incidents: assessment.incidents,
    observed: assessment.observed,
  };
}

/** All treatments have the same line, so the highest evidence is the nearest to it. */
function strongest({ treatments }: HealthAssessment): Pick<JudgementSummary, 'evidenceLog10' | 'lineLog10'> {
  const levels = treatments.map(({ combined }) => combined);
  const { log10, lineLog10 } = levels.reduce((highest, level) => (level.log10 > highest.log10 ? level : highest));
  return { evidenceLog10: log10, lineLog10 };
}
