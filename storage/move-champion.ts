import { type ChampionMove, type ChampionMoveOptions, canonicalJson, Problem, type Scope } from '../domain/index.ts';
import type { Query, Session } from './database.ts';
import { isIntact, readArtefact, type StoredArtefact } from './model-artefact.ts';
import { isRefusal, UNIQUE_VIOLATION } from './refusal.ts';
import { sql } from './statement.ts';

/** A model as a move of champions sees it; its environment is "*" when it is for all. */
interface ModelToMove extends Scope, StoredArtefact {
  readonly modelId: string;
  readonly kind: string;
  readonly state: string;
}

/** Makes a model champion, in one transaction with the retirement of the one before. */
export function promoteModel(session: Session, scope: Scope, modelId: string, options: ChampionMoveOptions) {
  return moveOnce(session, modelId, async (query) => {
    const model = await requireModel(query, scope, modelId);
    readArtefact(modelId, model);
    if (model.state === 'champion') throw new Problem('wrongModelState', `"${modelId}" is the champion already`);
    const newest = await requireRevision(query, model, options);
    const previousId = newest?.modelId ?? null;
    const revision = (newest?.revision ?? 0) + 1;
    if (previousId !== null) {
      const why = `replaced by ${modelId}`;
      await setState(query, model, { modelId: previousId, state: 'retired', reason: why, actor: options.actor });
    }
    await setState(query, model, { modelId, state: 'champion', ...options });
    return appendMove(query, model, { revision, verb: 'promote', modelId, previousId, ...options });
  });
}

/** Takes a champion back, in one transaction with the return of the one that it had replaced, if that can still be read. */
export function demoteModel(session: Session, scope: Scope, modelId: string, options: ChampionMoveOptions) {
  return moveOnce(session, modelId, async (query) => {
    const model = await requireModel(query, scope, modelId);
    if (model.state !== 'champion')
      throw new Problem('wrongModelState', `"${modelId}" is ${model.state}, not champion`);
    const newest = await requireRevision(query, model, options);
    const returnsId = await readReplaced(query, model);
    await setState(query, model, { modelId, state: 'retired', ...options });
    if (returnsId !== null) {
      const why = `back, because ${modelId} was demoted`;
      await setState(query, model, { modelId: returnsId, state: 'champion', reason: why, actor: options.actor });
    }
    const revision = newest!.revision + 1;
    const move = { revision, verb: 'demote', modelId: returnsId, previousId: modelId } as const;
    return appendMove(query, model, { ...move, ...options });
  });
}

/** Of two moves at once the second finds its revision, or the place of the champion, taken. */
async function moveOnce(
  session: Session,
  modelId: string,
  move: (query: Query) => Promise<ChampionMove>,
): Promise<ChampionMove> {
  try {
    return await session.transaction(move);
  } catch (error) {
    if (!isRefusal(error, UNIQUE_VIOLATION)) throw error;
    throw new Problem('revisionMismatch', `the champion changed while "${modelId}" was being moved`);
  }
}

async function requireModel(query: Query, { tenant, environment }: Scope, modelId: string): Promise<ModelToMove> {
  const [model] = await query<ModelToMove>(sql`
    select tenant, environment, model_id as "modelId", kind, state, artefact as text, artefact_sha256 as sha256
      from model where tenant = ${tenant} and environment in (${environment}, '*') and model_id = ${modelId}`);
  if (model === undefined) throw new Problem('modelNotFound', `"${modelId}"`);
  return model;
}

async function requireRevision(
  query: Query,
  { tenant, environment, kind }: ModelToMove,
  { ifRevision }: ChampionMoveOptions,
): Promise<{ readonly revision: number; readonly modelId: string | null } | undefined> {
  const [newest] = await query<{ revision: number; modelId: string | null }>(sql`
    select revision, model_id as "modelId" from champion_move
     where tenant = ${tenant} and environment = ${environment} and kind = ${kind}
     order by revision desc limit 1`);
  const revision = newest?.revision ?? 0;
  if (ifRevision === undefined || ifRevision === revision) return newest;
  throw new Problem('revisionMismatch', `the champion of "${kind}" is at revision ${revision}, not ${ifRevision}`);
}

/** What the model replaced when it was promoted last; null when there was nothing, or nothing that can be read. */
async function readReplaced(query: Query, { tenant, environment, kind, modelId }: ModelToMove): Promise<string | null> {
  const [replaced] = await query<StoredArtefact & { readonly modelId: string }>(sql`
    select m.model_id as "modelId", m.artefact as text, m.artefact_sha256 as sha256
      from (select previous_id from champion_move
             where tenant = ${tenant} and environment = ${environment} and kind = ${kind}
               and verb = 'promote' and model_id = ${modelId}
             order by revision desc limit 1) p
      join model m on m.tenant = ${tenant} and m.environment = ${environment} and m.model_id = p.previous_id`);
  return replaced !== undefined && isIntact(replaced) ? replaced.modelId : null;
}

/** What one model of a move becomes. */
interface StateChange {
  readonly modelId: string;
  readonly state: 'champion' | 'retired';
  readonly reason: string;
  readonly actor: string;
}

/** Whoever makes a champion approves of it. */
async function setState(
  query: Query,
  { tenant, environment }: Scope,
  { modelId, state, reason, actor }: StateChange,
): Promise<void> {
  const approver = state === 'champion' ? actor : null;
  await query(sql`
    with changed as (
      update model set state = ${state}, reason = ${reason}, approver = coalesce(${approver}::text, approver),
                       changed_at_ms = now_ms()
       where tenant = ${tenant} and environment = ${environment} and model_id = ${modelId}
      returning *
    )
    select record_audit(tenant, environment, ${actor}, 'modelMoved', 'model', model_id, ${reason},
                        ${canonicalJson({ state })})
      from changed`);
}

async function appendMove(
  query: Query,
  { tenant, environment, kind }: ModelToMove,
  move: Omit<ChampionMove, 'atMs'>,
): Promise<ChampionMove> {
  const { revision, verb, modelId, previousId, actor, reason } = move;
  const [{ atMs }] = (await query<{ atMs: number }>(sql`
    insert into champion_move (tenant, environment, kind, revision, verb, model_id, previous_id, actor, reason)
    values (${tenant}, ${environment}, ${kind}, ${revision}, ${verb}, ${modelId}, ${previousId}, ${actor}, ${reason})
    returning at_ms as "atMs"`)) as [{ atMs: number }];
  return { revision, verb, modelId, previousId, actor, reason, atMs };
}
