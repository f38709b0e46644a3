import { planFault, planRollout } from '../../../controller/index.ts';
import { type FlagDefinition, Problem, type RolloutDefinition } from '../../../domain/index.ts';
import { desiredState, readDocuments } from '../../../gitops/index.ts';
import type { ApiClient } from '../api-client.ts';
import { usageError } from '../cli-error.ts';
import { readSources } from '../read-sources.ts';

/** The plan in a file, complete, for a rollout that was recorded under another one; a usage error where it cannot be tried on that. */
export async function readAskedPlan(
  client: ApiClient,
  file: string,
  recorded: RolloutDefinition,
): Promise<RolloutDefinition> {
  const { documents, mistakes } = readDocuments(await readSources([file]));
  const { desired, mistakes: others } = desiredState(documents);
  const wrong = [...mistakes, ...others].map(({ at, message }) => `\n  ${at}: ${message}`);
  if (wrong.length > 0) throw usageError(`${file} cannot be used:${wrong.join('')}`);
  const asked = desired.rollouts.get(recorded.rollout);
  if (asked === undefined) throw usageError(`${file} has no rollout "${recorded.rollout}"`);
  const flag = await client.call<{ readonly definition: FlagDefinition }>(
    'GET',
    `/flags/${encodeURIComponent(recorded.flag)}`,
  );
  const plan = planned(file, () => planRollout(asked.value, flag.definition));
  const fault = planFault(plan, recorded);
  if (fault !== undefined) throw usageError(`The plan in ${file} cannot be tried on these records: ${fault}.`);
  return plan;
}

function planned(file: string, plan: () => RolloutDefinition): RolloutDefinition {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const places = error.violations.map(({ path, message }) => `\n  ${path}: ${message}`);
    throw usageError(`The plan in ${file} cannot be used: ${error.detail}${places.join('')}`);
  }
}
