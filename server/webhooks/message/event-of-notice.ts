import {
  type AuditEntry,
  canonicalJson,
  type HoldNotice,
  type JsonObject,
  type JsonValue,
  type Notice,
  type WebhookEvent,
  type WebhookEventKind,
} from '../../../domain/index.ts';

/** The reason of a hold that ends with people's word. */
const APPROVAL_HOLD = 'approvalNeeded';

/** What a notice is told as; undefined for what webhooks are not told of. */
export function eventOfNotice(notice: Notice): WebhookEvent | undefined {
  const { entry, hold } = notice;
  if (hold !== null) return eventOfHold(notice, hold);
  const kind = entry === null ? undefined : kindOf(entry);
  if (entry === null || kind === undefined) return undefined;
  const { tenant, environment, atMs, target: subject, action, actor, reason } = entry;
  const { actorName } = notice;
  const details = detailsOf(notice, entry);
  return { kind, tenant, environment, atMs, subject, action, actor, actorName, reason, details };
}

function eventOfHold({ tenant, environment, atMs, flag }: Notice, hold: HoldNotice): WebhookEvent {
  const { rollout, generation, coverage, reasonCode, reason, decisionId } = hold;
  return {
    kind: reasonCode === APPROVAL_HOLD ? 'approval.wanted' : 'rollout.held',
    tenant,
    environment,
    atMs,
    subject: rollout,
    action: 'hold',
    actor: 'controller',
    actorName: null,
    reason,
    details: { ...(flag === null ? {} : { flag }), generation, coverage, reasonCode, decisionId },
  };
}

function kindOf({ kind, action, before, after }: AuditEntry): WebhookEventKind | undefined {
  switch (kind) {
    case 'rollout':
      return kindOfMove(action);
    case 'flag':
      return 'flag.changed';
    case 'settings':
      return canonicalJson(freezesIn(before)) === canonicalJson(freezesIn(after)) ? undefined : 'freeze.changed';
    case 'model':
      return kindOfModelMove(fieldOf(before, 'state'), fieldOf(after, 'state'));
    case 'source':
      return action === 'sourceReleased' ? 'source.released' : 'source.quarantined';
    default:
      return undefined;
  }
}

function kindOfMove(action: string): WebhookEventKind {
  switch (action) {
    case 'ramp':
      return 'rollout.ramped';
    case 'rollback':
      return 'rollout.rolledBack';
    case 'complete':
      return 'rollout.completed';
    default:
      return 'rollout.moved';
  }
}

function kindOfModelMove(from: JsonValue, to: JsonValue): WebhookEventKind | undefined {
  if (from === to) return undefined;
  if (to === 'champion') return 'model.promoted';
  return from === 'champion' ? 'model.demoted' : undefined;
}

function detailsOf({ flag }: Notice, { kind, after }: AuditEntry): JsonObject {
  switch (kind) {
    case 'rollout': {
      const { phase = null, coverage = null, generation = null, decisionId } = objectOf(after);
      const state = { phase, coverage, generation, ...(decisionId === undefined ? {} : { decisionId }) };
      return flag === null ? state : { flag, ...state };
    }
    case 'settings':
      return { freezes: freezesIn(after) };
    case 'model':
      return { state: fieldOf(after, 'state') };
    default:
      return {};
  }
}

function freezesIn(settings: JsonValue): JsonValue {
  return objectOf(settings)['freezes'] ?? [];
}

function fieldOf(value: JsonValue, field: string): JsonValue {
  return objectOf(value)[field] ?? null;
}

function objectOf(value: JsonValue): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
