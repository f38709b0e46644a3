import type { Change, Comparison } from '../../gitops/index.ts';

/** Longer values are cut: the report says where and what about, the files say the rest. */
const MAX_VALUE_LENGTH = 60;

const SIGNS = { create: '+', change: '~', start: '>' } as const;

/** What has to change, for people. */
export function comparisonReport({ changes, unchanged, unmanaged }: Comparison, environment: string): string {
  const lines = changes.flatMap(changeLines);
  const head =
    changes.length === 0
      ? `${environment} is what the files say: ${unchanged} unchanged.`
      : `To do in ${environment}: ${changes.length}; unchanged: ${unchanged}.`;
  const others = unmanaged.length === 0 ? [] : [`On the server and in no file, left alone: ${unmanaged.join(', ')}.`];
  return [head, ...lines, ...others].join('\n');
}

/** One change: what it is about, then each difference. */
export function changeLines(change: Change): readonly string[] {
  const { action, target, name, differences } = change;
  const what = target === 'settings' ? 'settings' : `${target} "${name}"`;
  return [
    `  ${SIGNS[action]} ${action} ${what}`,
    ...differences.map(({ path, from, to }) => `      ${path}: ${shown(from)} → ${shown(to)}`),
  ];
}

function shown(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
