import { type PassReport, shippedModels } from '../../controller/index.ts';
import type { LearningStorage, Scope } from '../../domain/index.ts';
import { type RiskModelArtefact, scoreRisk } from '../../models/index.ts';
import { addTiming, type InferenceTimes, judgeChampion, NO_SIGNS, NO_TIMES } from '../../training/watch/index.ts';
import { takeBack } from './take-back.ts';
import type { WatchedModel } from './watch-models.ts';

/** A champion that is too slow, and whether it was taken back: one for all environments is moved by people only. */
export interface SlowChampion {
  readonly modelId: string;
  readonly reasons: readonly string[];
  readonly wasTakenBack: boolean;
}

/** What the watch works with. */
export interface InferenceWatchParts {
  readonly storage: Pick<LearningStorage, 'models'>;
  readonly modelInUse: (scope: Scope) => WatchedModel | undefined;
  readonly stopwatchMs: () => number;
  readonly onSlow: (scope: Scope, slow: SlowChampion) => void;
  readonly onError: (error: unknown) => void;
}

/** Keeps an eye on how long the champion takes. */
export interface InferenceWatch {
  /** Takes a pass that is over; returns at once. */
  offer(scope: Scope, report: PassReport): void;
  /** Resolves when everybody who was too slow is dealt with. */
  idle(): Promise<void>;
}

/**
 * Measures the champion on the inputs of each pass, after the pass, and takes it back once it is late again and again.
 *
 * The score is made a second time for that: `decide` has no clock. The shipped model is the yardstick, so that a process
 * that is short of time takes nobody back.
 */
export function openInferenceWatch(parts: InferenceWatchParts): InferenceWatch {
  const timesOf = new Map<string, InferenceTimes>();
  let work: Promise<void> = Promise.resolve();
  return {
    offer: (scope, { outcome }) => {
      const watched = parts.modelInUse(scope);
      const yardstick = shippedModels().risk;
      if (watched?.kind !== 'model' || yardstick === null) return;
      const { modelId, artefact } = watched;
      const vector = outcome.assessment.learned?.find(({ risk }) => risk === modelId)?.vector;
      if (vector == null) return;
      const key = JSON.stringify([scope.tenant, scope.environment, modelId]);
      const timing = {
        ms: timed(parts, artefact, vector),
        yardstickMs: timed(parts, yardstick.artefact, vector),
      };
      const latency = addTiming(timesOf.get(key) ?? NO_TIMES, timing);
      timesOf.set(key, latency);
      const { isToGo, reasons } = judgeChampion({ ...NO_SIGNS, latency });
      if (!isToGo) return;
      // Until the models in use are read again, it goes on being offered.
      timesOf.delete(key);
      work = work.then(() => dealWith(parts, scope, watched, reasons)).catch(parts.onError);
    },
    idle: () => work,
  };
}

function timed({ stopwatchMs }: InferenceWatchParts, artefact: RiskModelArtefact, vector: readonly number[]): number {
  const startedMs = stopwatchMs();
  scoreRisk(artefact, vector);
  return stopwatchMs() - startedMs;
}

async function dealWith(
  { storage, onSlow }: InferenceWatchParts,
  scope: Scope,
  { modelId, record }: WatchedModel & { readonly kind: 'model' },
  reasons: readonly string[],
): Promise<void> {
  if (record === undefined) return;
  const [newest] = await storage.models.listMoves(scope, record.kind, 1);
  const wasTakenBack = await takeBack(storage, scope, record, { reasons, ifRevision: newest?.revision ?? 0 });
  // undefined: somebody else was faster.
  if (wasTakenBack !== undefined) onSlow(scope, { modelId, reasons, wasTakenBack });
}
