import {
  DEFAULT_SETTINGS,
  type EvaluationContext,
  type FlagDefinition,
  type FlagSet,
  type FlagValue,
} from '../../domain/index.ts';
import { checkFlag, compileSnapshot, evaluate } from '../../evaluator/index.ts';
import type { ImportedFlags } from '../../importers/index.ts';

/** 2026-08-01T00:00:00Z. */
export const NOW_MS = 1_785_542_400_000;

/** What the imported flag serves; an evaluation error throws, and undefined is the caller's own default. */
export function servedBy(flagSet: FlagSet, flag: string, context: object, nowMs = NOW_MS): FlagValue | undefined {
  const { value, errorCode, errorMessage } = evaluator(flagSet)(flag, context, nowMs);
  if (errorCode !== undefined) throw new Error(`${flag}: ${errorMessage}`);
  return value;
}

const compiled = new WeakMap<FlagSet, ReturnType<typeof compileSnapshot>>();

function evaluator(flagSet: FlagSet) {
  const snapshot =
    compiled.get(flagSet) ??
    compileSnapshot({ environment: 'test', epoch: 1, version: 1, flagSet, rollouts: [], settings: DEFAULT_SETTINGS });
  compiled.set(flagSet, snapshot);
  return (flag: string, context: object, nowMs: number) =>
    evaluate(snapshot, flag, context as EvaluationContext, nowMs);
}

/** Every imported flag that could not be stored, with what is wrong with it. */
export function unusable({ flagSet }: ImportedFlags): readonly unknown[] {
  return Object.entries(flagSet.flags).flatMap(([key, definition]) => checkFlag(key, definition, flagSet.$evaluators));
}

/** The definition of an imported flag. */
export function flagOf({ flagSet, findings }: ImportedFlags, key: string): FlagDefinition {
  const flag = flagSet.flags[key];
  if (flag === undefined) throw new Error(`${key} was not imported: ${JSON.stringify(findings)}`);
  return flag;
}

/** Findings about a flag of one kind, as their messages. */
export function messages({ findings }: ImportedFlags, kind: string, flag?: string): readonly string[] {
  return findings
    .filter((finding) => finding.kind === kind && (flag === undefined || finding.flag === flag))
    .map(({ message }) => message);
}

/** Values of every kind that an attribute may have; undefined: it is absent. */
export const ATTRIBUTE_VALUES: readonly unknown[] = [
  ...[
    undefined,
    null,
    '',
    'a',
    'A',
    'abc',
    'cab',
    'xabcx',
    'b',
    'null',
    'true',
    '0',
    '1',
    '5',
    '05',
    ' 5',
    '5abc',
    'nan',
  ],
  ...[0, 1, 5, -3, 5.5, 1_700_000_000_000, true, false],
  ...['1.2.3', '1.3.0', '1.2.3-rc.1', '2.0.0', '10.0.0', 'DE', 'a@example.com', 'a.b', 'aXb'],
  ...[
    ['a'],
    ['a', 'b'],
    ['b', 'c'],
    [5],
    [0, 7],
    ['5'],
    [null],
    [null, 'a'],
    [true],
    { x: 1 },
    [{ x: 'a' }, { x: 'b' }],
  ],
];

/** Versions with three parts, which all products read alike. */
export const VERSIONS: readonly string[] = [
  '1.2.3',
  '1.2.4',
  '1.3.0',
  '1.2.3-rc.1',
  '1.2.3-rc.2',
  '2.0.0',
  '10.0.0',
  '0.9.9',
  '1.2.3+build',
];

const UNITS = 4000;

/** Which values the flag serves to which share of many units, given the same attributes otherwise. */
export function sharesOf(
  flagSet: FlagSet,
  flag: string,
  attribute = 'targetingKey',
  context: object = {},
): Record<string, number> {
  const shares: Record<string, number> = {};
  for (let unit = 0; unit < UNITS; unit++) {
    const value = String(servedBy(flagSet, flag, { ...context, [attribute]: `unit-${unit}` }));
    shares[value] = (shares[value] ?? 0) + 1 / UNITS;
  }
  return shares;
}
