import { type HeldModels, modelsNamedIn, type ServedModel, shippedModels } from '../../../controller/index.ts';
import type { DecisionRecord, ModelRecord } from '../../../domain/index.ts';
import {
  type CheckedArtefact,
  checkNoveltyArtefact,
  checkRampPolicy,
  checkRiskArtefact,
  type RampAlgorithm,
  type RampPolicy,
} from '../../../models/index.ts';
import type { ApiClient } from '../api-client.ts';
import { ApiError, CliError, usageError } from '../cli-error.ts';
import { modelPath } from '../commands/show-model.ts';

const CHECKS = { risk: checkRiskArtefact, novelty: checkNoveltyArtefact, ramp: checkRampPolicy } as const;
const ALGORITHMS: readonly RampAlgorithm[] = ['thompson', 'linUcb', 'squareCb'];
const NOT_FOUND = 404;

/** All models that records name, as far as they can be had: those that this build ships, and those of the environment. */
export async function readHeldModels(client: ApiClient, records: readonly DecisionRecord[]): Promise<HeldModels> {
  const shipped = shippedModels();
  const held = { risk: listOf(shipped.risk), novelty: listOf(shipped.novelty), ramp: listOf(shipped.ramp) };
  for (const { kind, id, hash } of modelsNamedIn(records)) {
    const list = held[kind] as ServedModel<unknown>[];
    if (list.some((model) => model.id === id && model.hash === hash)) continue;
    const found = await findModel(client, id, CHECKS[kind] as (json: unknown) => CheckedArtefact<unknown>);
    // One of another version cannot be asked any more: what it decided is told as not made again.
    if (found?.kind === 'usable') list.push(found.model);
  }
  return held;
}

/** The ramp policy that is asked for; undefined where it is the schedule, or as recorded. */
export async function askedRamp(
  client: ApiClient,
  held: HeldModels,
  policy: string,
): Promise<ServedModel<RampPolicy> | undefined> {
  if (policy === 'recorded' || policy === 'schedule') return undefined;
  const algorithm = ALGORITHMS.find((name) => name === policy);
  if (algorithm !== undefined) return withAlgorithm(await learnedPolicy(client, held), algorithm);
  if (policy === 'learned') return learnedPolicy(client, held);
  const [, id] = /^learned:(.+)$/.exec(policy) ?? [];
  if (id === undefined)
    throw usageError(
      `--policy ${policy}: write recorded, schedule, learned, learned:MODEL, ${ALGORITHMS.join(' or ')}`,
    );
  const known = held.ramp.find((model) => model.id === id) ?? (await readModel(client, id, checkRampPolicy));
  if (known === undefined) throw new CliError(`There is no ramp policy "${id}".`, 1);
  return known;
}

/** The risk model and the novelty model in use, or those that are shipped. */
export async function askedRisk(client: ApiClient, held: HeldModels) {
  const risk = (await readChampion(client, 'risk', checkRiskArtefact)) ?? shippedModels().risk ?? held.risk[0] ?? null;
  const novelty = (await readChampion(client, 'novelty', checkNoveltyArtefact)) ?? shippedModels().novelty;
  return { risk, novelty };
}

/** The champion of the environment; where there is none, the one that is shipped. */
async function learnedPolicy(client: ApiClient, held: HeldModels): Promise<ServedModel<RampPolicy>> {
  const found = (await readChampion(client, 'ramp', checkRampPolicy)) ?? shippedModels().ramp ?? held.ramp[0];
  if (!found) throw new CliError('There is no ramp policy: none is a champion, and none is shipped.', 1);
  return found;
}

function withAlgorithm(model: ServedModel<RampPolicy>, algorithm: RampAlgorithm): ServedModel<RampPolicy> {
  const id = `${model.id} with ${algorithm}`;
  return { ...model, id, hash: `${model.hash}/${algorithm}`, artefact: { ...model.artefact, algorithm } };
}

async function readChampion<Artefact>(
  client: ApiClient,
  kind: string,
  check: (json: unknown) => CheckedArtefact<Artefact>,
): Promise<ServedModel<Artefact> | undefined> {
  const path = `/models?${new URLSearchParams({ limit: '1', kind, state: 'champion' })}`;
  const { models } = await client.call<{ readonly models: readonly ModelRecord[] }>('GET', path);
  return models[0] && readModel(client, models[0].modelId, check);
}

/** undefined where there is none of this id; CliError where this build cannot ask it. */
async function readModel<Artefact>(
  client: ApiClient,
  id: string,
  check: (json: unknown) => CheckedArtefact<Artefact>,
): Promise<ServedModel<Artefact> | undefined> {
  const found = await findModel(client, id, check);
  if (found?.kind === 'refused') throw new CliError(`Model "${id}" cannot be asked. ${found.reason}`, 1);
  return found?.model;
}

type FoundModel<Artefact> =
  | { readonly kind: 'usable'; readonly model: ServedModel<Artefact> }
  | { readonly kind: 'refused'; readonly reason: string };

async function findModel<Artefact>(
  client: ApiClient,
  id: string,
  check: (json: unknown) => CheckedArtefact<Artefact>,
): Promise<FoundModel<Artefact> | undefined> {
  try {
    const { model } = await client.call<{ readonly model: ModelRecord }>('GET', modelPath(id));
    const { artefact, artefactSha256 } = await client.call<{
      readonly artefact: unknown;
      readonly artefactSha256: string;
    }>('GET', `${modelPath(id)}/artefact`);
    const checked = check(artefact);
    if (checked.kind === 'refused') return checked;
    const served = { id, hash: artefactSha256, fittedAtMs: model.createdAtMs, artefact: checked.artefact };
    return { kind: 'usable', model: served };
  } catch (error) {
    if (error instanceof ApiError && error.status === NOT_FOUND) return undefined;
    throw error;
  }
}

function listOf<Model>(model: Model | null | undefined): Model[] {
  return model ? [model] : [];
}
