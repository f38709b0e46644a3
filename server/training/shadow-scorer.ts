import { setImmediate as yieldToOthers } from 'node:timers/promises';
import {
  asAsked,
  type DecisionModels,
  decide,
  type LearnedAssessment,
  type LearnedHistory,
  learnedHistoryOf,
  type PassReport,
} from '../../controller/index.ts';
import type { LearningStorage, Scope, ShadowScore } from '../../domain/index.ts';
import { LATE_SCORE_MS, MAX_LATE_IN_A_ROW } from '../../training/watch/index.ts';
import type { Challenger } from './challengers.ts';
import { rememberedHistory } from './remembered-history.ts';
import type { ShadowTelemetry } from './shadow-telemetry.ts';

/** Passes that wait to be scored; what comes while so many wait is left out, and counted. */
const MAX_WAITING = 64;

/** Rollouts, by challenger, of which something is remembered; the one that was seen longest ago goes first. */
const MAX_REMEMBERED = 300;

/** What scoring in the shadow works with. */
export interface ShadowParts {
  readonly storage: LearningStorage;
  readonly challengersFor: (scope: Scope) => readonly Challenger[];
  /** What decides beside the challenger: everything but the risk model. */
  readonly modelsFor: (scope: Scope) => DecisionModels;
  readonly telemetry: ShadowTelemetry;
  readonly stopwatchMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** Lets challengers look at what was decided; they decide nothing. */
export interface ShadowScorer {
  /** Takes a pass that is over; returns at once. */
  offer(scope: Scope, report: PassReport): void;
  /** Resolves when everything that was offered is scored. */
  idle(): Promise<void>;
  /** Finishes the pass in hand and leaves the others. */
  stop(): Promise<void>;
}

/** Scores one pass after the other, one challenger after the other, and gives way to everything else in between. */
export function openShadowScorer(parts: ShadowParts): ShadowScorer {
  const waiting: { readonly scope: Scope; readonly report: PassReport }[] = [];
  const remembered = new Map<string, LearnedHistory>();
  const late = new Map<string, number>();
  let work: Promise<void> | undefined;
  const workOff = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        await scorePass(parts, next.scope, next.report, { remembered, late });
      } catch (error) {
        parts.onError(error);
      }
    }
    work = undefined;
  };
  return {
    offer: (scope, report) => {
      if (!report.wasApplied || parts.challengersFor(scope).length === 0) return;
      if (waiting.length >= MAX_WAITING) return parts.telemetry.countLeftOut(scope);
      waiting.push({ scope, report });
      work ??= workOff();
    },
    idle: async () => work,
    stop: async () => {
      waiting.length = 0;
      await work;
    },
  };
}

/** What the scorer remembers between passes. */
interface Memory {
  readonly remembered: Map<string, LearnedHistory>;
  /** Late scores in a row, by the hash of the challenger: one that reaches the most is asked no more in this process. */
  readonly late: Map<string, number>;
}

async function scorePass(parts: ShadowParts, scope: Scope, report: PassReport, memory: Memory): Promise<void> {
  const scores: ShadowScore[] = [];
  for (const challenger of parts.challengersFor(scope)) {
    await yieldToOthers();
    if ((memory.late.get(challenger.hash) ?? 0) >= MAX_LATE_IN_A_ROW) continue;
    const score = await scoreBy(parts, scope, report, challenger, memory);
    if (score === undefined) continue;
    scores.push(score);
    parts.telemetry.countScore(scope, score, report.outcome.decision.action);
  }
  if (scores.length > 0) await parts.storage.shadowScores.append(scope, scores);
}

/** undefined where the pass has completed no minute, or the challenger has nothing to say of it. */
async function scoreBy(
  { storage, modelsFor, telemetry, stopwatchMs }: ShadowParts,
  scope: Scope,
  { observation, record }: PassReport,
  challenger: Challenger,
  { remembered, late }: Memory,
): Promise<ShadowScore | undefined> {
  const { definition, state } = observation.rollout;
  const key = JSON.stringify([scope.tenant, scope.environment, challenger.hash, definition.rollout, state.generation]);
  const models = { ...modelsFor(scope), risk: challenger };
  const held = remembered.get(key);
  const history = await rememberedHistory(storage, scope, observation, { models, held });
  if (history === undefined) return undefined;
  const startedMs = stopwatchMs();
  const { decision, evidence, assessment } = decide(asAsked(observation, history, models), models);
  const after = learnedHistoryOf(evidence);
  const most = mostAlarming(assessment.learned ?? []);
  const tookMs = stopwatchMs() - startedMs;
  telemetry.showDuration(tookMs / 1000);
  late.set(challenger.hash, tookMs > LATE_SCORE_MS ? (late.get(challenger.hash) ?? 0) + 1 : 0);
  if (after !== undefined) remember(remembered, key, after);
  if (most === undefined || record === undefined || !hasNewMinute(history, after)) return undefined;
  return {
    rollout: definition.rollout,
    generation: state.generation,
    windowEndMs: record.windowEndMs,
    modelId: challenger.id,
    score: most.score,
    threshold: most.threshold,
    action: decision.action,
  };
}

/** Of several treatments the one that is nearest to an alarm, or beyond it. */
function mostAlarming(learned: readonly LearnedAssessment[]) {
  const scored = learned.flatMap(({ score, threshold }) => (score === null ? [] : [{ score, threshold }]));
  return scored.toSorted((a, b) => b.score - (b.threshold ?? 0) - (a.score - (a.threshold ?? 0)))[0];
}

function hasNewMinute(before: LearnedHistory, after: LearnedHistory | undefined): boolean {
  return Object.entries(after?.learned ?? {}).some(
    ([treatment, { newest }]) => newest !== null && newest.startMs !== before.learned[treatment]?.newest?.startMs,
  );
}

function remember(remembered: Map<string, LearnedHistory>, key: string, history: LearnedHistory): void {
  remembered.delete(key);
  remembered.set(key, history);
  if (remembered.size > MAX_REMEMBERED) remembered.delete(remembered.keys().next().value!);
}
