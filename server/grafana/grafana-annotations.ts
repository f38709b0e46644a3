import type { PassReport } from '../../controller/index.ts';
import type { Clock, JobQueue, JsonObject, Rollout, Scope } from '../../domain/index.ts';
import {
  annotationOfDecision,
  annotationOfMove,
  type GrafanaAnnotation,
  type IdentifiedAnnotation,
} from './annotation.ts';
import { type GrafanaAccess, postAnnotation } from './post-annotation.ts';

/** Name of the jobs that make marks. */
const ANNOTATE = 'grafana-annotation';

/** Marks made at the same time, and how long a Grafana that is away is waited for: about half an hour. */
const CONCURRENCY = 2;
const MAX_ATTEMPTS = 10;
const BACK_OFF_MS = 2_000;

/** Marks decisions and moves in Grafana. */
export interface GrafanaAnnotations {
  onPass(scope: Scope, report: PassReport): void;
  onMove(scope: Scope, rollout: Rollout, move: { readonly verb: string; readonly reason: string | undefined }): void;
}

/** Nobody is told. */
export const NO_ANNOTATIONS: GrafanaAnnotations = { onPass: () => {}, onMove: () => {} };

/** What marks work with. */
interface AnnotationParts {
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/**
 * Starts to mark decisions and moves, as jobs: nothing waits for Grafana, and one that is away is tried again.
 *
 * A mark whose job was added is made, and twice only when a server dies between Grafana's answer and the end of the job.
 * One is lost when its server dies right after the decision, or while the queue is away: the marks from Prometheus remain.
 */
export async function startGrafanaAnnotations(
  access: GrafanaAccess,
  { jobs, clock, onError }: AnnotationParts,
): Promise<GrafanaAnnotations> {
  await jobs.work(
    {
      [ANNOTATE]: async ({ data, signal }) => {
        await postAnnotation(access, data as unknown as GrafanaAnnotation, signal);
        return null;
      },
    },
    CONCURRENCY,
  );
  const add = ({ id, annotation }: IdentifiedAnnotation) => {
    const data = annotation as unknown as JsonObject;
    jobs.add({ id, name: ANNOTATE, data, maxAttempts: MAX_ATTEMPTS, backOffMs: BACK_OFF_MS }).catch(onError);
  };
  return {
    onPass: (scope, report) => {
      const marked = annotationOfDecision(scope, report);
      if (marked !== undefined) add(marked);
    },
    onMove: (scope, rollout, move) => add(annotationOfMove(scope, rollout, { ...move, atMs: clock.nowMs() })),
  };
}
