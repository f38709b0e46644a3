import type { Finding, FindingKind, ImportedFlags } from '../../importers/index.ts';
import { flagTable } from './flag-table.ts';

const TITLES: Readonly<Record<FindingKind, string>> = {
  untranslatable: 'NOT TRANSLATED',
  changed: 'CHANGED',
  skipped: 'SKIPPED',
};

/** True when no flag had to be left out; those that were asked to be disabled instead do not count. */
export function isComplete({ flagSet: { flags }, findings }: ImportedFlags): boolean {
  const untranslatable = findings.filter(({ kind }) => kind === 'untranslatable');
  return untranslatable.every(({ flag }) => Object.hasOwn(flags, flag) && flags[flag]?.state === 'DISABLED');
}

/** The imported flags in a table, and below it what a person should know about them. */
export function importReport({ flagSet, findings }: ImportedFlags): string {
  const count = Object.keys(flagSet.flags).length;
  return [
    flagTable(flagSet.flags),
    '',
    ...findings.flatMap(textOf),
    `${count} flag(s) imported, ${findings.length} finding(s).`,
  ].join('\n');
}

function textOf({ kind, flag, place, message, instead }: Finding): readonly string[] {
  return [`${TITLES[kind]} ${flag}`, `  at ${place}`, `  ${message}`, `  Instead: ${instead}.`, ''];
}
