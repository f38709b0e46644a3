import type { Violation } from '../../domain/index.ts';
import { MAX_JSON_DEPTH } from '../limits.ts';
import { pointerTo } from '../rule/json-pointer.ts';
import { ownValue } from '../rule/values.ts';

/** What makes a flag unusable apart from its targeting; the rules that flagd refuses a whole set for. */
export function checkStructure(definition: unknown): readonly Violation[] {
  if (!isObject(definition)) return [{ path: '', message: 'A flag is a JSON object with "state" and "variants".' }];
  return [...checkState(definition), ...checkVariants(definition), ...checkTargetingIsObject(definition)];
}

/** True for objects that are no arrays. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkState(definition: object): readonly Violation[] {
  const state = ownValue(definition, 'state');
  if (state === 'ENABLED' || state === 'DISABLED') return [];
  return [{ path: '/state', message: 'The state has to be "ENABLED" or "DISABLED".' }];
}

function checkVariants(definition: object): readonly Violation[] {
  const variants = ownValue(definition, 'variants');
  if (!isObject(variants) || Object.keys(variants).length === 0) {
    return [{ path: '/variants', message: 'Variants have to be an object with at least one name and its value.' }];
  }
  const unusable = Object.entries(variants).filter(([, value]) => !isFlagValue(value));
  const violations = unusable.map(([name]) => ({
    path: pointerTo('/variants', name),
    message: `The value of a variant has to be a boolean, string, number, or object of at most ${MAX_JSON_DEPTH} levels.`,
  }));
  return [...violations, ...checkDefaultVariant(ownValue(definition, 'defaultVariant'), variants)];
}

function checkDefaultVariant(defaultVariant: unknown, variants: object): readonly Violation[] {
  if (defaultVariant === undefined || defaultVariant === null || defaultVariant === '') return [];
  if (typeof defaultVariant === 'string' && Object.hasOwn(variants, defaultVariant)) return [];
  const names = Object.keys(variants).slice(0, 10).join(', ');
  const message = `The default variant has to be one of the variants (${names}), or null for the caller's own default.`;
  return [{ path: '/defaultVariant', message }];
}

function checkTargetingIsObject(definition: object): readonly Violation[] {
  const targeting = ownValue(definition, 'targeting');
  if (targeting === undefined || targeting === null || isObject(targeting)) return [];
  return [{ path: '/targeting', message: 'Targeting has to be a JsonLogic object, or null for none.' }];
}

function isFlagValue(value: unknown): boolean {
  if (isObject(value)) return !nestsDeeperThan(value, MAX_JSON_DEPTH);
  return typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number';
}

function nestsDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((member) => nestsDeeperThan(member, limit - 1));
}
