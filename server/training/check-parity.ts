import { addParity, NO_PARITY, PARITY_LINE, type VectorParity, vectorParity } from '../../controller/index.ts';
import type { Clock, JobHandler, JobSchedule, LearningStorage, Scope } from '../../domain/index.ts';
import { MurmurHash } from '../../evaluator/index.ts';
import { readOfficialRecords } from './official-records.ts';
import { listRolloutNames } from './read-generations.ts';

/** Name of the jobs that make recorded model inputs anew. */
export const CHECK_PARITY = 'check-parity';

/** Share of the rollouts that are looked at in a night; at least one, and no more than can be read. */
const SAMPLE_SHARE = 0.01;
const MAX_SAMPLE = 20;

/** Rollouts without recorded inputs are passed over; most that are looked at to find some with them. */
const MAX_LOOKED_AT = 60;

const DAY_MS = 86_400_000;
const JITTER_MS = 2 * 3_600_000;

/** What the check works with. */
export interface ParityParts {
  readonly storage: LearningStorage;
  readonly clock: Clock;
  /** Hears of every check. */
  readonly onChecked: (scope: Scope, parity: VectorParity) => void;
}

/** Every night, for each environment. */
export function parityScheduleOf({ tenant, environment }: Scope): JobSchedule {
  return {
    id: `${CHECK_PARITY}.${tenant}.${environment}`,
    timing: { kind: 'cron', pattern: '30 3 * * *', timeZone: 'UTC' },
    jitterMs: JITTER_MS,
    job: { name: CHECK_PARITY, key: `${CHECK_PARITY}/${tenant}/${environment}`, data: { tenant, environment } },
  };
}

/** Makes a sample of recorded model inputs anew; the job fails where they are not the same. */
export function parityHandler(parts: ParityParts): JobHandler {
  return async ({ data, signal }) => {
    const scope = data as unknown as Scope;
    const parity = await checkParity(parts, scope, signal);
    parts.onChecked(scope, parity);
    if (parity.largestDifference >= PARITY_LINE)
      throw new Error(
        `model inputs made anew differ by ${parity.largestDifference} from those of decision ${parity.worstDecisionId}`,
      );
    return { compared: parity.compared };
  };
}

/** Compares the newest generations of a sample of rollouts, another one every day. */
export async function checkParity(
  { storage, clock }: Pick<ParityParts, 'storage' | 'clock'>,
  scope: Scope,
  signal: AbortSignal,
): Promise<VectorParity> {
  const names = await listRolloutNames(storage, scope);
  const day = Math.floor(clock.nowMs() / DAY_MS);
  const drawn = names.toSorted((a, b) => placeOf(day, a) - placeOf(day, b)).slice(0, MAX_LOOKED_AT);
  const wanted = Math.min(MAX_SAMPLE, Math.ceil(SAMPLE_SHARE * names.length));
  let [parity, found] = [NO_PARITY, 0];
  for (const name of drawn) {
    signal.throwIfAborted();
    if (found >= wanted) break;
    const of = await parityOf(storage, scope, name);
    if (of.compared > 0) found += 1;
    parity = addParity(parity, of);
  }
  return parity;
}

function placeOf(day: number, name: string): number {
  return new MurmurHash().finishWith(`parity:${day}:${name}`);
}

async function parityOf(storage: LearningStorage, scope: Scope, name: string): Promise<VectorParity> {
  const rollout = await storage.rollouts.readRollout(scope, name);
  if (rollout === undefined) return NO_PARITY;
  const through = { fromMs: 0, throughMs: Number.MAX_SAFE_INTEGER };
  return vectorParity((await readOfficialRecords(storage.decisions, scope, rollout, through)) ?? []);
}
