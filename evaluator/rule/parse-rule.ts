import type { JsonValue, Violation } from '../../domain/index.ts';
import { MAX_LIST_LITERAL_LENGTH, MAX_RULE_DEPTH, MAX_RULE_NODES, MAX_TEXT_LENGTH } from '../limits.ts';
import { OPERATORS } from '../operators/index.ts';
import { pointerTo } from './json-pointer.ts';
import { constantsOf, type RuleTree } from './operator.ts';
import { isComposite, ownValue } from './values.ts';

const MAX_VIOLATIONS = 20;
const NOTHING: RuleTree = { kind: 'constant', value: null };

/** A rule and what is wrong with it; the tree may be compiled only when nothing is. */
export interface ParsedRule {
  readonly tree: RuleTree;
  readonly violations: readonly Violation[];
}

/** Reads JsonLogic into a tree, with `{"$ref": name}` replaced by the rule of that name among the evaluators. */
export function parseRule(json: unknown, evaluators: unknown): ParsedRule {
  const state: ParseState = { evaluators, nodeCount: 0, violations: [] };
  const tree = parseNode(json, { path: '', depth: 0, references: [] }, state);
  return { tree, violations: state.violations };
}

interface ParseState {
  readonly evaluators: unknown;
  nodeCount: number;
  readonly violations: Violation[];
}

interface Place {
  readonly path: string;
  readonly depth: number;
  /** Shared rules that are being expanded, outermost first. */
  readonly references: readonly string[];
}

function parseNode(json: unknown, place: Place, state: ParseState): RuleTree {
  if (!isWithinLimits(place, state)) return NOTHING;
  const resolved = followReferences(json, place, state);
  if (resolved === undefined) return NOTHING;
  if (Array.isArray(resolved.json)) return parseList(resolved.json, resolved.place, state);
  if (isComposite(resolved.json)) return parseCall(resolved.json, resolved.place, state);
  return parseScalar(resolved.json, resolved.place, state);
}

function isWithinLimits(place: Place, state: ParseState): boolean {
  state.nodeCount++;
  if (place.depth > MAX_RULE_DEPTH) {
    report(
      place,
      state,
      `The rule nests deeper than ${MAX_RULE_DEPTH} levels; make it flatter, say by more pairs in one "if".`,
    );
    return false;
  }
  if (state.nodeCount === MAX_RULE_NODES + 1) {
    report(place, state, `The rule has more than ${MAX_RULE_NODES} nodes; make it smaller.`);
  }
  return state.nodeCount <= MAX_RULE_NODES;
}

/** Follows `$ref` to a rule that is none itself; undefined after a reported cycle. */
function followReferences(
  json: unknown,
  place: Place,
  state: ParseState,
): { readonly json: unknown; readonly place: Place } | undefined {
  const name = referenceName(json);
  const target = name === undefined ? undefined : ownValue(state.evaluators, name);
  if (name === undefined || target === undefined) return { json, place };
  if (place.references.length >= MAX_RULE_DEPTH) {
    report(place, state, `More than ${MAX_RULE_DEPTH} shared rules refer to one another; write some of them out.`);
    return undefined;
  }
  if (place.references.includes(name)) {
    report(
      place,
      state,
      `The shared rules refer to each other in a circle: ${[...place.references, name].join(' → ')}.`,
    );
    return undefined;
  }
  return followReferences(target, { ...place, references: [...place.references, name] }, state);
}

function parseList(values: readonly unknown[], place: Place, state: ParseState): RuleTree {
  if (values.length > MAX_LIST_LITERAL_LENGTH) {
    report(place, state, `The list has ${values.length} values; the limit is ${MAX_LIST_LITERAL_LENGTH}.`);
    return NOTHING;
  }
  // Plain values of a list are counted by its own limit, above.
  const items = values.map((value, index) =>
    isComposite(value)
      ? parseNode(value, inside(place, index), state)
      : parseScalar(value, inside(place, index), state),
  );
  const constants = constantsOf(items);
  return constants ? { kind: 'constant', value: constants } : { kind: 'list', items };
}

function parseCall(object: object, place: Place, state: ParseState): RuleTree {
  const names = Object.keys(object);
  const [name] = names;
  if (name === undefined) return { kind: 'constant', value: {} };
  if (names.length > 1) {
    report(place, state, `An operation has exactly one key, this object has ${names.length}: ${listed(names)}.`);
    return NOTHING;
  }
  const operator = OPERATORS.get(name);
  if (operator === undefined) {
    report(place, state, unknownOperator(name, ownValue(object, name)));
    return NOTHING;
  }
  return { kind: 'call', name, operator, operands: parseOperands(ownValue(object, name), inside(place, name), state) };
}

/** Operands stand in an array; a single one may stand alone. */
function parseOperands(json: unknown, place: Place, state: ParseState): readonly RuleTree[] {
  const resolved = followReferences(json, place, state);
  if (resolved === undefined) return [];
  if (!Array.isArray(resolved.json)) return [parseNode(resolved.json, resolved.place, state)];
  return resolved.json.map((operand, index) =>
    parseNode(operand, { ...inside(resolved.place, index), depth: resolved.place.depth }, state),
  );
}

function parseScalar(value: unknown, place: Place, state: ParseState): RuleTree {
  if (typeof value === 'string' && value.length > MAX_TEXT_LENGTH) {
    report(place, state, `The string has ${value.length} characters; the limit in a rule is ${MAX_TEXT_LENGTH}.`);
  }
  const isJson = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (!isJson) report(place, state, 'This is not a JSON value.');
  return { kind: 'constant', value: value as JsonValue };
}

function referenceName(json: unknown): string | undefined {
  const name = ownValue(json, '$ref');
  return typeof name === 'string' && Object.keys(json as object).length === 1 ? name : undefined;
}

function unknownOperator(name: string, operand: unknown): string {
  if (name === '$ref' && typeof operand === 'string') {
    return `There is no shared rule ${listed([operand])} in $evaluators.`;
  }
  return `Unknown operator ${listed([name])}; known are: ${[...OPERATORS.keys()].join(' ')}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 64)));
  return shown.join(', ') + (names.length > shown.length ? ', …' : '');
}

/** The place of a child. Inside a shared rule the path stays at the reference, which is what its author can change. */
function inside(place: Place, step: string | number): Place {
  const path = place.references.length > 0 ? place.path : pointerTo(place.path, step);
  return { ...place, path, depth: place.depth + 1 };
}

function report(place: Place, state: ParseState, problem: string): void {
  if (state.violations.length >= MAX_VIOLATIONS) return;
  const [outermost] = place.references;
  const message = outermost === undefined ? problem : `In shared rule ${listed([outermost])}: ${problem}`;
  state.violations.push({ path: place.path, message });
}
