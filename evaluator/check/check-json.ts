import type { Violation } from '../../domain/index.ts';
import { MAX_DEFINITION_BYTES, MAX_JSON_DEPTH } from '../limits.ts';
import { pointerTo } from '../rule/json-pointer.ts';
import { checkText } from './check-name.ts';

const MAX_VIOLATIONS = 20;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What would keep a value from being the same JSON everywhere: in every database, every language, after every round trip. */
export function checkJson(value: unknown): readonly Violation[] {
  const violations: Violation[] = [];
  visit(value, { path: '', depth: 0, violations });
  if (violations.length > 0) return violations;
  const byteCount = new TextEncoder().encode(JSON.stringify(value)).length;
  if (byteCount <= MAX_DEFINITION_BYTES) return [];
  return [{ path: '', message: `This has ${byteCount} bytes as JSON; the limit is ${MAX_DEFINITION_BYTES}.` }];
}

interface Visit {
  readonly path: string;
  readonly depth: number;
  readonly violations: Violation[];
}

function visit(value: unknown, at: Visit): void {
  if (at.violations.length >= MAX_VIOLATIONS) return;
  if (typeof value === 'object' && value !== null) {
    visitMembers(value, at);
  } else {
    const message = problemOfScalar(value);
    if (message) at.violations.push({ path: at.path, message });
  }
}

function visitMembers(composite: object, at: Visit): void {
  if (at.depth >= MAX_JSON_DEPTH) {
    at.violations.push({ path: at.path, message: `This nests deeper than ${MAX_JSON_DEPTH} levels; make it flatter.` });
    return;
  }
  for (const [key, member] of Object.entries(composite)) {
    const path = pointerTo(at.path, key);
    const message = problemOfKey(key);
    if (message) at.violations.push({ path, message });
    visit(member, { ...at, path, depth: at.depth + 1 });
  }
}

function problemOfKey(key: string): string | undefined {
  if (FORBIDDEN_KEYS.has(key)) return `The name "${key}" has a meaning of its own in JavaScript; choose another one.`;
  return checkText(key);
}

function problemOfScalar(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return checkText(value);
    case 'number':
      return Math.abs(value) <= Number.MAX_SAFE_INTEGER
        ? undefined
        : 'The number is beyond ±(2^53 − 1), where other languages read another one; send it as a string.';
    case 'boolean':
      return undefined;
    default:
      return value === null ? undefined : 'This is not a JSON value; leave it out or use null.';
  }
}
