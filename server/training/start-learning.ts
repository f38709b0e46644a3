import type { FastifyBaseLogger } from 'fastify';
import { PARITY_LINE, type PassReport, type VectorParity } from '../../controller/index.ts';
import type { Clock, JobQueue, LearningStorage, Scope, TrainingRun, TrainingRunner } from '../../domain/index.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { repeat } from '../timers.ts';
import { type Challenger, readChallengers } from './challengers.ts';
import { CHECK_PARITY, parityHandler } from './check-parity.ts';
import { failLostRuns } from './fail-lost-runs.ts';
import { type InferenceWatch, openInferenceWatch } from './inference-watch.ts';
import type { ChallengerReview } from './review-challengers.ts';
import type { ChampionReview } from './review-champion.ts';
import type { RampReview } from './review-ramp-champion.ts';
import { RAMP_KIND } from './stored-ports.ts';
import { type RunListener, startTraining } from './training-jobs.ts';
import { ASK, askHandler, keepSchedules } from './training-schedule.ts';
import { TrainingTelemetry } from './training-telemetry.ts';
import {
  readForecasterInUse,
  readModelInUse,
  readNoveltyInUse,
  readRampInUse,
  type WatchedForecaster,
  type WatchedModel,
  type WatchedNovelty,
  type WatchedRamp,
} from './watch-models.ts';

/** How often lost runs are looked for, and what models are in use. */
const LOOK_MS = 60_000;

/** How often schedules are put back: a queue that was emptied has none, and new environments have none yet. */
const SCHEDULES_MS = 10 * 60_000;

/** What learning in the background works with. */
export interface LearningParts {
  readonly storage: LearningStorage;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  /** null: this process trains nothing, and watches what others have trained. */
  readonly runner: TrainingRunner | null;
  readonly telemetry: Telemetry;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  readonly onError: (error: unknown) => void;
}

/** Learning in the background. */
export interface Learning {
  /** The risk model in use as of the last look, which needs no database; undefined before the first. */
  modelInUse(scope: Scope): WatchedModel | undefined;
  /** The novelty model in use. */
  noveltyInUse(scope: Scope): WatchedNovelty | undefined;
  /** The ramp policy in use. */
  rampInUse(scope: Scope): WatchedRamp | undefined;
  /** The forecaster in use. */
  forecasterInUse(scope: Scope): WatchedForecaster | undefined;
  /** Models on their way into use as of the last look. */
  challengers(scope: Scope): readonly Challenger[];
  /** Hears of a pass that is over; returns at once. */
  onPass(scope: Scope, report: PassReport): void;
  stop(): Promise<void>;
}

/** Does and schedules training runs, clears up after processes that died, and watches the models in use. */
export async function startLearning(parts: LearningParts): Promise<Learning> {
  const { storage, jobs, clock, runner, onError } = parts;
  const telemetry = new TrainingTelemetry(parts.telemetry.registry);
  if (runner !== null) {
    await startTraining(storage, jobs, runner, runListener(parts, telemetry));
    const onDue = (scope: Scope, kind: string, due: object) =>
      parts.log.info({ ...scope, kind, ...due }, 'training is due');
    const onReview = (scope: Scope, kind: string, review: ChampionReview) => {
      telemetry.showReview(scope, kind, review);
      if (review.demotedFor.length > 0) parts.log.warn({ ...scope, kind, ...review }, 'a champion was taken back');
    };
    const onRampReview = (scope: Scope, review: RampReview) => {
      if (review.demotedFor.length === 0) return;
      telemetry.countDemotion(scope, RAMP_KIND);
      parts.log.warn({ ...scope, kind: RAMP_KIND, ...review }, 'a champion was taken back');
    };
    const onChallenger = (scope: Scope, kind: string, review: ChallengerReview) =>
      parts.log.warn({ ...scope, kind, ...review }, 'a challenger was moved');
    const { kinds } = runner;
    const onChecked = (scope: Scope, parity: VectorParity) => {
      telemetry.showParity(scope, parity.largestDifference);
      if (parity.largestDifference >= PARITY_LINE)
        parts.log.error({ ...scope, ...parity }, 'recorded model inputs cannot be made again');
    };
    const handlers = {
      [ASK]: askHandler({ storage, jobs, clock, kinds, onDue, onReview, onRampReview, onChallenger }),
      [CHECK_PARITY]: parityHandler({ storage, clock, onChecked }),
    };
    await jobs.work(handlers, 1);
  }
  const held: HeldModels = {
    inUse: new Map(),
    novelty: new Map(),
    ramp: new Map(),
    forecast: new Map(),
    challengers: new Map(),
  };
  const look = lookAround(parts, telemetry, held);
  let turn = look();
  const stopLooking = repeat(LOOK_MS, () => {
    turn = look();
    return turn;
  });
  const schedule = () => keepSchedules({ storage, jobs }).catch(onError);
  let scheduling: Promise<void> = runner === null ? Promise.resolve() : schedule();
  const stopScheduling =
    runner === null
      ? () => {}
      : repeat(SCHEDULES_MS, () => {
          scheduling = schedule();
          return scheduling;
        });
  const watch = inferenceWatch(parts, telemetry, held);
  return {
    modelInUse: (scope) => held.inUse.get(keyOf(scope)),
    noveltyInUse: (scope) => held.novelty.get(keyOf(scope)),
    rampInUse: (scope) => held.ramp.get(keyOf(scope)),
    forecasterInUse: (scope) => held.forecast.get(keyOf(scope)),
    challengers: (scope) => held.challengers.get(keyOf(scope)) ?? [],
    onPass: watch.offer,
    stop: async () => {
      stopLooking();
      stopScheduling();
      await turn;
      await scheduling;
      await watch.idle();
    },
  };
}

function inferenceWatch(
  { storage, log, onError }: LearningParts,
  telemetry: TrainingTelemetry,
  held: HeldModels,
): InferenceWatch {
  return openInferenceWatch({
    storage,
    modelInUse: (scope) => held.inUse.get(keyOf(scope)),
    stopwatchMs: () => performance.now(),
    onSlow: (scope, slow) => {
      if (slow.wasTakenBack) telemetry.countDemotion(scope, 'risk');
      log.warn({ ...scope, ...slow }, slow.wasTakenBack ? 'a champion was taken back' : 'a champion is too slow');
    },
    onError,
  });
}

function runListener({ clock, log }: LearningParts, telemetry: TrainingTelemetry): RunListener {
  return (scope, run, ended) => {
    const outcome = 'failure' in ended ? 'failed' : outcomeOf(ended.result);
    telemetry.countRun(scope, run.kind, outcome, secondsOf(run, clock));
    log.info({ ...scope, runId: run.runId, kind: run.kind, outcome, ...ended }, 'a training run has ended');
  };
}

/** What the pipeline's own word is; other runners have none. */
function outcomeOf(result: unknown): string {
  const { outcome, verdict } = (result ?? {}) as { readonly outcome?: unknown; readonly verdict?: unknown };
  if (outcome === 'refused') return 'refused';
  return verdict === 'promote' || verdict === 'keep' ? verdict : 'completed';
}

function secondsOf({ startedAtMs, createdAtMs }: TrainingRun, clock: Clock): number {
  return Math.max(0, clock.nowMs() - (startedAtMs ?? createdAtMs)) / 1000;
}

/** What was found at the last look, by environment. */
interface HeldModels {
  readonly inUse: Map<string, WatchedModel>;
  readonly novelty: Map<string, WatchedNovelty>;
  readonly ramp: Map<string, WatchedRamp>;
  readonly forecast: Map<string, WatchedForecaster>;
  readonly challengers: Map<string, readonly Challenger[]>;
}

/** Each step by itself: a queue that is away does not keep models from being watched. */
function lookAround(
  { storage, jobs, clock, log, onError }: LearningParts,
  telemetry: TrainingTelemetry,
  held: HeldModels,
) {
  const said = new Set<string>();
  return async (): Promise<void> => {
    try {
      for (const lost of await failLostRuns(storage, jobs, clock)) log.warn(lost, 'a training run was lost');
    } catch (error) {
      onError(error);
    }
    try {
      const watched = [];
      for (const { tenant, environment } of await storage.flags.listVersions()) {
        const scope = { tenant, environment };
        const model = await readModelInUse(storage, scope);
        held.inUse.set(keyOf(scope), model);
        const challengers = held.challengers.get(keyOf(scope)) ?? [];
        held.challengers.set(keyOf(scope), await readChallengers(storage, scope, challengers));
        sayOnce(said, { ...scope, kind: 'risk', model }, log);
        watched.push({ ...scope, kind: 'risk', model });
        const [novelty, forecast] = [await readNoveltyInUse(storage, scope), await readForecasterInUse(storage, scope)];
        held.novelty.set(keyOf(scope), novelty);
        const ramp = await readRampInUse(storage, scope);
        held.ramp.set(keyOf(scope), ramp);
        held.forecast.set(keyOf(scope), forecast);
        for (const [kind, other] of [
          ['novelty', novelty],
          ['ramp', ramp],
          ['forecast', forecast],
        ] as const) {
          sayOnce(said, { ...scope, kind, model: other }, log);
          if (other.kind === 'model' || other.steppedOver.length > 0) watched.push({ ...scope, kind, model: other });
        }
      }
      telemetry.showModels(watched, clock.nowMs());
    } catch (error) {
      onError(error);
    }
  };
}

function keyOf({ tenant, environment }: Scope): string {
  return `${tenant}/${environment}`;
}

/** Each step down is logged when it is first seen, and not every minute. */
function sayOnce(
  said: Set<string>,
  { tenant, environment, kind, model }: WatchedKind,
  log: LearningParts['log'],
): void {
  for (const reason of model.steppedOver) {
    const key = `${keyOf({ tenant, environment })}/${reason}`;
    if (said.has(key)) continue;
    said.add(key);
    const instead = model.kind === 'model' ? model.modelId : INSTEAD[kind];
    log.warn({ tenant, environment, reason, instead }, 'a model cannot be used');
  }
}

interface WatchedKind extends Scope {
  readonly kind: keyof typeof INSTEAD;
  readonly model: WatchedModel | WatchedNovelty | WatchedRamp | WatchedForecaster;
}

/** What decides where no model of a kind can be used that should be. */
const INSTEAD = {
  risk: 'the guardrails alone',
  novelty: 'what is shipped, if anything',
  ramp: 'the paces of the plans',
  forecast: 'robust scores',
};
