import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { allOf, isOneOf, TARGETING_KEY } from '../rule/logic.ts';
import { isInRanges } from '../rule/share.ts';
import type { SourceNode } from '../source-node.ts';
import { translateConstraint } from './constraint.ts';
import { fieldAt, isFilled, stickinessOf } from './context.ts';

/** Segments by their ids. */
export type Segments = ReadonlyMap<string, SourceNode>;

/** What the translation of a strategy needs besides the strategy. */
export interface StrategyScope {
  /** Name of the feature. */
  readonly feature: string;
  readonly segments: Segments;
  readonly notes: FlagNotes;
}

/** When a strategy activates its feature: its constraints and segments hold, and what it is by itself. */
export function translateStrategy(strategy: SourceNode, scope: StrategyScope): JsonValue {
  const constraints = strategy
    .at('constraints')
    .items()
    .map((constraint) => translateConstraint(constraint, scope.notes));
  const segments = strategy
    .at('segments')
    .items()
    .map((id) => isInSegment(id, scope));
  return allOf([...constraints, ...segments, activates(strategy, scope)]);
}

function isInSegment(id: SourceNode, { segments, notes }: StrategyScope): JsonValue {
  const name = String(id.value);
  const constraints = segments.get(name)?.at('constraints');
  if (constraints === undefined || !constraints.isPresent) {
    const remedy =
      'import the answer of GET /api/client/features, or put that of GET /api/admin/segments into "segments"';
    return notes.refuse(id, `The export does not say what segment ${name} consists of; ${remedy}.`);
  }
  return notes.share(`unleash:segment:${name}`, () =>
    allOf(constraints.items().map((constraint) => translateConstraint(constraint, notes))),
  );
}

function activates(strategy: SourceNode, scope: StrategyScope): JsonValue {
  const { notes } = scope;
  const parameters = strategy.at('parameters');
  const name = strategy.at('name').text() ?? strategy.at('strategyName').requiredText();
  const groupId = parameters.at('groupId').text() || scope.feature;
  switch (name) {
    case 'default':
      return true;
    case 'userWithId':
      return isOneOf(TARGETING_KEY, listed(parameters.at('userIds')));
    case 'remoteAddress':
      return hasAddress(parameters.at('IPs'), notes);
    case 'flexibleRollout':
      return isInShare(parameters.at('rollout'), {
        stickiness: parameters.at('stickiness').text() || 'default',
        groupId,
        notes,
      });
    case 'gradualRolloutUserId':
      return isInShare(parameters.at('percentage'), { stickiness: 'userId', groupId, notes });
    case 'gradualRolloutSessionId':
      return isInShare(parameters.at('percentage'), { stickiness: 'sessionId', groupId, notes });
    case 'gradualRolloutRandom':
      return isInShare(parameters.at('percentage'), { stickiness: 'random', groupId, notes });
    case 'applicationHostname':
      return notes.refuse(strategy, "The strategy asks for the host's own name, which no evaluation context has.");
    default:
      return notes.refuse(strategy, `"${name}" is a strategy of your own; say it as constraints first.`);
  }
}

function hasAddress(addresses: SourceNode, notes: FlagNotes): JsonValue {
  const list = listed(addresses);
  if (list.some((address) => address.includes('/')))
    return notes.refuse(addresses, 'Ranges of IP addresses cannot be compared in flagd.');
  const field = fieldAt('remoteAddress', addresses, notes);
  return field === undefined ? false : isOneOf(field, list);
}

interface Share {
  readonly stickiness: string;
  readonly groupId: string;
  readonly notes: FlagNotes;
}

/** Unleash compares whole percents from 1 to 100; nobody is in 0 %, everybody who can be told apart in 100 %. */
function isInShare(percentage: SourceNode, { stickiness, groupId, notes }: Share): JsonValue {
  const percent = Math.floor(Number(percentage.value ?? Number.NaN));
  if (!(percent > 0)) return false;
  const drawsLots = stickiness === 'default' || stickiness === 'random';
  if (percent >= 100 && drawsLots) return true;
  const value = stickinessOf(stickiness, { at: percentage, fallbacks: ['userId', 'sessionId'], notes });
  if (value === undefined) return false;
  if (percent < 100) notes.changeHashing(percentage, value);
  const isGiven = stickiness === 'default' ? { '!!': [value] } : isFilled(value);
  return allOf([isGiven, isInRanges({ salt: `${groupId}:`, value }, [{ from: 0, to: percent / 100 }])]);
}

function listed(text: SourceNode): readonly string[] {
  return text.text()?.split(/\s*,\s*/) ?? [];
}
