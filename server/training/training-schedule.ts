import { randomUUID } from 'node:crypto';
import {
  type Clock,
  type JobHandler,
  type JobQueue,
  type JobSchedule,
  type LearningStorage,
  Problem,
  type Scope,
} from '../../domain/index.ts';
import { logAlarmRateEValue } from '../../models/index.ts';
import { type DueTraining, dueTraining, type ReviewedKind } from '../../training/watch/index.ts';
import { parityScheduleOf } from './check-parity.ts';
import { labelEnded } from './label-ended.ts';
import { labelLater } from './label-later.ts';
import { modelReviewOf } from './model-review-of.ts';
import { listLearnedRollouts } from './read-generations.ts';
import { type ChallengerReview, reviewChallengers } from './review-challengers.ts';
import { type ChampionReview, reviewChampion } from './review-champion.ts';
import { type RampReview, rampReviewOf, reviewRampChampion } from './review-ramp-champion.ts';
import { startRun } from './start-run.ts';
import { RAMP_KIND } from './stored-ports.ts';
import { type AskedTraining, readTrainingSigns } from './training-signs.ts';

/** Name of the jobs that ask whether to train. */
export const ASK = 'train-ask';

/** Nightly asking is spread over so much of the night. */
const NIGHT_JITTER_MS = 2 * 3_600_000;

const HOUR_MS = 3_600_000;

/** What asks, and what it works with. */
export interface ScheduleParts {
  readonly storage: LearningStorage;
  readonly jobs: JobQueue;
  readonly clock: Clock;
  readonly kinds: readonly string[];
  /** Hears of runs that were started by nobody. */
  readonly onDue: (scope: Scope, kind: string, due: DueTraining) => void;
  /** Hears of challengers that went a stage further, or that were retired. */
  readonly onChallenger: (scope: Scope, kind: string, review: ChallengerReview) => void;
  /** Hears of every look at a champion, and why it was taken back if it was. */
  readonly onReview: (scope: Scope, kind: string, review: ChampionReview) => void;
  /** The same of a ramp policy. */
  readonly onRampReview: (scope: Scope, review: RampReview) => void;
}

/** Makes sure that every environment is asked about every night and every hour; schedules that are there stay. */
export async function keepSchedules({ storage, jobs }: Pick<ScheduleParts, 'storage' | 'jobs'>): Promise<void> {
  for (const { tenant, environment } of await storage.flags.listVersions())
    for (const schedule of schedulesOf({ tenant, environment })) await jobs.schedule(schedule);
}

/** Asks for the environment in the job's data whether to train, kind by kind, and starts what is due. */
export function askHandler(parts: ScheduleParts): JobHandler {
  return async ({ data, signal }) => {
    const { isNightly, ...scope } = data as unknown as Scope & { readonly isNightly: boolean };
    await labelEnded(parts.storage, parts.clock, scope);
    if (isNightly) await labelLater(parts.storage, parts.clock, scope);
    for (const kind of parts.kinds) {
      signal.throwIfAborted();
      // Where no rollout asks for a ramp policy there is none to improve.
      if (kind === RAMP_KIND && (await listLearnedRollouts(parts.storage, scope)).length === 0) continue;
      if (isNightly && kind === RAMP_KIND) await reviewRamp(parts, scope);
      const seen = isNightly && isReviewed(kind) ? await reviewedSigns(parts, scope, kind) : {};
      await startIfDue(parts, scope, { kind, isNightly, ...seen });
    }
    return null;
  };
}

function isReviewed(kind: string): kind is ReviewedKind {
  return kind === 'risk' || kind === 'novelty' || kind === 'forecast';
}

/** At night the champion is reviewed: that reads many records. */
async function reviewedSigns(
  parts: ScheduleParts,
  scope: Scope,
  kind: ReviewedKind,
): Promise<Pick<AskedTraining, 'logAlarmRate' | 'stability'>> {
  for (const challenger of await reviewChallengers(parts.storage, parts.clock, scope, kind))
    if (challenger.moved !== undefined) parts.onChallenger(scope, kind, challenger);
  const review = await reviewChampion(parts.storage, parts.clock, scope, kind);
  if (review === undefined) return {};
  parts.onReview(scope, kind, review);
  await parts.storage.modelReviews.keep(scope, modelReviewOf(kind, review));
  const { signs, figures } = review;
  const logAlarmRate = logAlarmRateEValue(signs.benign, signs.nominalAlarmRate);
  return { logAlarmRate, stability: figures.drift[0] ?? null };
}

async function reviewRamp(parts: ScheduleParts, scope: Scope): Promise<void> {
  const review = await reviewRampChampion(parts.storage, parts.clock, scope);
  if (review === undefined) return;
  parts.onRampReview(scope, review);
  await parts.storage.modelReviews.keep(scope, rampReviewOf(review));
}

async function startIfDue(parts: ScheduleParts, scope: Scope, asked: AskedTraining): Promise<void> {
  const due = dueTraining(await readTrainingSigns(parts.storage, parts.clock, scope, asked));
  if (due === undefined) return;
  const { kind } = asked;
  const run = { runId: randomUUID(), kind, trigger: due.trigger, actor: due.words, cutOffMs: parts.clock.nowMs() };
  try {
    await startRun(parts, scope, run);
    parts.onDue(scope, kind, due);
  } catch (error) {
    // Another process, or a person, was faster.
    if (!(error instanceof Problem && error.code === 'trainingRunActive')) throw error;
  }
}

function schedulesOf(scope: Scope): readonly JobSchedule[] {
  const { tenant, environment } = scope;
  const job = (isNightly: boolean) => ({
    name: ASK,
    key: `${ASK}/${tenant}/${environment}`,
    data: { tenant, environment, isNightly },
  });
  return [
    {
      id: `${ASK}-nightly.${tenant}.${environment}`,
      timing: { kind: 'cron', pattern: '0 1 * * *', timeZone: 'UTC' },
      jitterMs: NIGHT_JITTER_MS,
      job: job(true),
    },
    {
      id: `${ASK}-hourly.${tenant}.${environment}`,
      timing: { kind: 'interval', everyMs: HOUR_MS },
      jitterMs: HOUR_MS,
      job: job(false),
    },
    parityScheduleOf(scope),
  ];
}
