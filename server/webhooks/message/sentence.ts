import { type Freeze, type JsonObject, type JsonValue, SHARE_TOTAL, type WebhookEvent } from '../../../domain/index.ts';

/** Moves of the controller that have no kind of their own. */
const BY_ITSELF: Readonly<Record<string, string>> = {
  stepBack: 'stepped back for a second look',
  withdraw: 'a treatment was taken out',
};

/** What happened, in words without the name of what it happened to. */
export function happening({ kind, action, actor, details }: WebhookEvent): string {
  switch (kind) {
    case 'rollout.ramped':
      return `ramped to ${percentOf(details['coverage'])}`;
    case 'rollout.held':
      return `waits at ${percentOf(details['coverage'])} (${String(details['reasonCode'])})`;
    case 'approval.wanted':
      return `waits at ${percentOf(details['coverage'])} for an approval`;
    case 'rollout.rolledBack':
      return 'rolled back';
    case 'rollout.completed':
      return 'completed';
    case 'rollout.moved':
      return `${BY_ITSELF[action] ?? action}${actor === 'controller' ? '' : ', by hand'}${whereItStands(details)}`;
    case 'freeze.changed':
      return `freezes are now: ${freezeNames(details['freezes'])}`;
    case 'flag.changed':
      return 'flag changed';
    case 'model.promoted':
      return 'model is the champion now';
    case 'model.demoted':
      return 'model is no longer the champion';
    case 'source.quarantined':
      return 'source is in quarantine: no decision looks at it';
    case 'source.released':
      return 'source counts again';
    case 'test':
      return 'this is a test';
  }
}

/** Empty where the entry of the audit says nothing of it. */
function whereItStands({ phase, coverage }: JsonObject): string {
  return typeof phase === 'string' ? ` (${phase} at ${percentOf(coverage)})` : '';
}

function percentOf(coverage: JsonValue | undefined): string {
  return `${Number(coverage) / (SHARE_TOTAL / 100)} %`;
}

function freezeNames(freezes: JsonValue | undefined): string {
  const names = (freezes as unknown as readonly Freeze[]).map(({ name }) => name);
  return names.length === 0 ? 'none' : names.join(', ');
}
