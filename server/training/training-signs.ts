import type { Clock, LearningStorage, Scope } from '../../domain/index.ts';
import type { TrainingSigns } from '../../training/watch/index.ts';

/** Labels are counted page by page, up to as many as make a run due by themselves several times over. */
const PAGE = 1_000;

/** What is asked about. */
export interface AskedTraining {
  readonly kind: string;
  readonly isNightly: boolean;
  /** Of the champion, where somebody has looked. */
  readonly logAlarmRate?: number | null;
  readonly stability?: TrainingSigns['stability'];
}

/** What is known when it is asked whether a kind of model should be trained in an environment. */
export async function readTrainingSigns(
  storage: LearningStorage,
  clock: Clock,
  scope: Scope,
  { kind, isNightly, logAlarmRate = null, stability = null }: AskedTraining,
): Promise<TrainingSigns> {
  const [last] = await storage.trainingRuns.list(scope, { limit: 1, kind });
  const [completed] = await storage.trainingRuns.list(scope, { limit: 1, kind, state: 'completed' });
  return {
    nowMs: clock.nowMs(),
    lastRunMs: last?.createdAtMs ?? null,
    newLabels: await labelsSince(storage, scope, completed?.cutOffMs ?? 0),
    isNightly,
    stability,
    // Minutes of one rollout are no independent sample, so only shares of bins are compared.
    smallestQ: null,
    lossChanges: 0,
    logAlarmRate,
  };
}

/** Labels that say something, and that came after a cut-off. */
async function labelsSince({ labels }: LearningStorage, scope: Scope, sinceMs: number): Promise<number> {
  let [count, after]: [number, string | undefined] = [0, undefined];
  for (;;) {
    const page = await labels.list(scope, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    count += page.filter(({ ingestedAtMs, verdict }) => ingestedAtMs > sinceMs && verdict !== 'unknown').length;
    if (page.length < PAGE) return count;
    after = page.at(-1)!.labelId;
  }
}
