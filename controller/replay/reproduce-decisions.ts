import { canonicalJson, type DecisionRecord } from '../../domain/index.ts';
import { decide, type Observation } from '../decide/index.ts';
import { type HeldModels, missingModels, modelsHeldFor } from './held-models.ts';

/** Whether recorded decisions come out again as they were recorded. */
export interface Reproduction {
  /** Those that came out the same, every number of them. */
  readonly same: number;
  readonly different: readonly {
    readonly windowEndMs: number;
    /** What differs, or why nothing came out. */
    readonly what: string;
  }[];
  /** Those that could not be made again because a model that they name is not at hand. */
  readonly notMade: number;
  /** Ids of such models. */
  readonly missingModels: readonly string[];
}

/** Makes every recorded decision again from its own record. */
export function reproduceDecisions(records: readonly DecisionRecord[], held: HeldModels): Reproduction {
  const different: Reproduction['different'][number][] = [];
  const notHeld = new Set<string>();
  let [same, notMade] = [0, 0];
  for (const record of records) {
    const observation = record.observation as unknown as Observation;
    const models = modelsHeldFor(observation, held);
    const missing = missingModels(observation, models);
    for (const id of missing) notHeld.add(id);
    if (missing.length > 0) {
      notMade += 1;
      continue;
    }
    const what = differenceOf(record, () => decide(observation, models));
    if (what === undefined) same += 1;
    else different.push({ windowEndMs: record.windowEndMs, what });
  }
  return { same, different, notMade, missingModels: [...notHeld] };
}

/** undefined where decision and assessment are the recorded ones. */
function differenceOf(record: DecisionRecord, remake: () => ReturnType<typeof decide>): string | undefined {
  try {
    const { decision, assessment } = remake();
    if (!isSame(decision, record.decision)) return `the decision: ${decision.action} to ${decision.coverage}`;
    return isSame(assessment, record.assessment) ? undefined : 'the assessment';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As JSON, because that is what was stored. */
function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(JSON.parse(JSON.stringify(one))) === canonicalJson(other);
}
