import type { Violation } from '../../domain/index.ts';
import { MAX_METADATA_ENTRIES, MAX_VARIANTS } from '../limits.ts';
import { pointerTo } from '../rule/json-pointer.ts';
import { parseRule } from '../rule/parse-rule.ts';
import { ownValue } from '../rule/values.ts';
import { checkJson } from './check-json.ts';
import { checkName } from './check-name.ts';
import { checkStructure, isObject } from './check-structure.ts';

const FIELDS = ['state', 'variants', 'defaultVariant', 'targeting', 'metadata'];

/**
 * What is wrong with a flag that somebody wants to write; [] when it can be stored and evaluated everywhere.
 *
 * Paths point into the definition; a violation of the key has the path "". `evaluators` are the shared rules that
 * the targeting may refer to.
 */
export function checkFlag(key: string, definition: unknown, evaluators?: unknown): readonly Violation[] {
  const keyViolations = checkKey(key);
  const jsonViolations = checkJson(definition);
  if (jsonViolations.length > 0) return [...keyViolations, ...jsonViolations];
  const structureViolations = checkStructure(definition);
  if (!isObject(definition)) return [...keyViolations, ...structureViolations];
  return [
    ...keyViolations,
    ...structureViolations,
    ...checkFields(definition),
    ...checkVariantNames(ownValue(definition, 'variants')),
    ...checkVariantTypes(ownValue(definition, 'variants')),
    ...checkMetadata(ownValue(definition, 'metadata')),
    ...checkTargetingOf(ownValue(definition, 'targeting'), evaluators),
  ];
}

function checkKey(key: string): readonly Violation[] {
  if (typeof key !== 'string') return [{ path: '', message: 'The key of a flag is a string.' }];
  const asProperty = checkJson({ [key]: null }).map(({ message }) => message);
  const asName = checkName(key, '').map(({ message }) => message);
  return [...asProperty, ...asName].map((message) => ({ path: '', message: `Flag key: ${message}` }));
}

function checkFields(definition: object): readonly Violation[] {
  const unknownFields = Object.keys(definition).filter((field) => !FIELDS.includes(field));
  const message = `A flag has no such field; it may have: ${FIELDS.join(', ')}. Notes belong in "metadata".`;
  return unknownFields.map((field) => ({ path: pointerTo('', field), message }));
}

function checkVariantNames(variants: unknown): readonly Violation[] {
  if (!isObject(variants)) return [];
  const names = Object.keys(variants);
  const violations = names.flatMap((name) => checkName(name, pointerTo('/variants', name)));
  if (names.length <= MAX_VARIANTS) return violations;
  return [
    ...violations,
    { path: '/variants', message: `There are ${names.length} variants; the limit is ${MAX_VARIANTS}.` },
  ];
}

function checkVariantTypes(variants: unknown): readonly Violation[] {
  if (!isObject(variants)) return [];
  const types = new Set(Object.values(variants).map((value) => typeof value));
  if (types.size <= 1) return [];
  const message = `The values of all variants need one type; these have ${[...types].sort().join(' and ')}.`;
  return [{ path: '/variants', message }];
}

function checkMetadata(metadata: unknown): readonly Violation[] {
  if (metadata === undefined) return [];
  if (!isObject(metadata)) return [{ path: '/metadata', message: 'Metadata is an object of names and flat values.' }];
  const entries = Object.entries(metadata);
  const nested = entries.filter(([, value]) => value === null || typeof value === 'object');
  const violations = [
    ...entries.flatMap(([name]) => checkName(name, pointerTo('/metadata', name))),
    ...nested.map(([name]) => ({
      path: pointerTo('/metadata', name),
      message: 'A value of metadata has to be a string, number or boolean.',
    })),
  ];
  if (entries.length <= MAX_METADATA_ENTRIES) return violations;
  const message = `There are ${entries.length} metadata entries; the limit is ${MAX_METADATA_ENTRIES}.`;
  return [...violations, { path: '/metadata', message }];
}

function checkTargetingOf(targeting: unknown, evaluators: unknown): readonly Violation[] {
  if (!isObject(targeting)) return [];
  const { violations } = parseRule(targeting, evaluators);
  return violations.map(({ path, message }) => ({ path: `/targeting${path}`, message }));
}
