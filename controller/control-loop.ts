import { type DueRollout, Problem, type Scope, type Storage } from '../domain/index.ts';
import { type DecisionModels, NO_MODELS } from './decide/index.ts';
import { type PassReport, runPass } from './pass.ts';

/** Most rollouts claimed at once by one controller. */
const MAX_CLAIMS = 16;

/** How long a claim keeps other controllers away; one that dies costs no more than this. */
const CLAIM_MS = 10_000;

/** Pause between sweeps when nothing wakes the loop. */
const SWEEP_MS = 500;

/** Pause after a sweep that failed, for instance because the database is away. */
const RETRY_MS = 2_000;

/** A rollout is looked at again after this share of a window, so that no closed window waits long. */
const LOOKS_PER_WINDOW = 2;
const MAX_LOOK_INTERVAL_MS = 5_000;

/** What the loop tells the process around it. */
export interface ControlLoopListener {
  /** A sweep has claimed these rollouts; passes over them follow. */
  onSweep?(due: readonly DueRollout[]): void;
  /** A pass begins; the next `onPass` or `onError` is about it. */
  onPassBegins?(): void;
  onPass(scope: Scope, report: PassReport): void;
  onError(error: unknown): void;
}

/** Waits; `wake` ends the wait early. A port, so that the loop itself owns no timer. */
export interface Sleeper {
  sleep(ms: number): Promise<void>;
  wake(): void;
}

/** The models that decide a rollout of an environment; asked before each pass. */
export type ModelsFor = (scope: Scope, rollout: string) => DecisionModels | Promise<DecisionModels>;

/** A loop that is running. */
export interface ControlLoop {
  /** Something may be due: look now. */
  wake(): void;
  /** Finishes the pass in flight, then ends. */
  stop(): Promise<void>;
}

/**
 * Starts reconciling due rollouts until stopped.
 *
 * `modelsFor` says which models a pass asks; without it none is asked, and none is missed. Stateless: every pass derives everything from the database, so losing a wake-up costs at most one sweep.
 */
export function startControlLoop(
  storage: Storage,
  sleeper: Sleeper,
  listener: ControlLoopListener,
  modelsFor?: ModelsFor,
): ControlLoop {
  let isStopping = false;
  const run = async () => {
    while (!isStopping) {
      const pauseMs = await sweep({ storage, listener, modelsFor });
      if (!isStopping) await sleeper.sleep(pauseMs);
    }
  };
  const finished = run();
  return {
    wake: () => sleeper.wake(),
    stop: async () => {
      isStopping = true;
      sleeper.wake();
      await finished;
    },
  };
}

/** What every pass of the loop needs. */
interface LoopParts {
  readonly storage: Storage;
  readonly listener: ControlLoopListener;
  readonly modelsFor: ModelsFor | undefined;
}

async function sweep(parts: LoopParts): Promise<number> {
  const { storage, listener } = parts;
  try {
    const due = await storage.rollouts.claimDue(MAX_CLAIMS, CLAIM_MS);
    listener.onSweep?.(due);
    for (const { tenant, environment, rollout } of due) await reconcile(parts, { tenant, environment }, rollout);
    return SWEEP_MS;
  } catch (error) {
    listener.onError(error);
    return RETRY_MS;
  }
}

/** One rollout's failure must not keep the others waiting. */
async function reconcile({ storage, listener, modelsFor }: LoopParts, scope: Scope, rollout: string): Promise<void> {
  let delayMs = MAX_LOOK_INTERVAL_MS;
  listener.onPassBegins?.();
  try {
    const report = await runPass(
      storage,
      scope,
      rollout,
      modelsFor && (await modelsOrNone(() => modelsFor(scope, rollout), listener)),
    );
    if (report === undefined) return;
    delayMs = Math.min(report.rollout.definition.windowMs / LOOKS_PER_WINDOW, MAX_LOOK_INTERVAL_MS);
    listener.onPass(scope, report);
  } catch (error) {
    if (error instanceof Problem && error.code === 'unavailable') throw error;
    listener.onError(error);
  }
  await storage.rollouts.releaseClaim(scope, rollout, Math.round(delayMs));
}

/** A registry that cannot be read must not keep the guardrails waiting. */
async function modelsOrNone(
  models: () => DecisionModels | Promise<DecisionModels>,
  listener: ControlLoopListener,
): Promise<DecisionModels> {
  try {
    return await models();
  } catch (error) {
    listener.onError(error);
    return NO_MODELS;
  }
}
