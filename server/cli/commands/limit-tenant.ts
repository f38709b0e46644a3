import type { Command } from 'commander';
import type { Quotas } from '../../../domain/index.ts';
import { usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson, table } from '../output.ts';

/** Options, with the quota that each sets and what it is about. */
const OPTIONS: readonly (readonly [option: string, quota: keyof Quotas, what: string])[] = [
  ['evaluations', 'evaluationsPerSecond', 'evaluations on the server per second'],
  ['reports', 'reportsPerSecond', 'reports per second'],
  ['writes', 'writesPerSecond', 'other requests that are no readings, per second'],
  ['streams', 'streams', 'streams open at the same time'],
  ['rollouts', 'rollouts', 'rollouts in progress at the same time'],
];

type LimitOptions = ShowOptions & Readonly<Record<string, unknown>>;

/** `tenants quotas`: shows what a tenant may use, and changes what options name. */
export function addTenantQuotas(parent: Command, env: Environment): void {
  const command = parent
    .command('quotas <tenant>')
    .description('Show what a tenant may use; with options, change it. "none" is no limit.');
  for (const [option, , what] of OPTIONS) command.option(`--${option} <number>`, what);
  withConnection(command).action(async (tenant: string, options: LimitOptions) => {
    const api = connect(options, env);
    const path = `/tenants/${encodeURIComponent(tenant)}/quotas`;
    const asked = askedFor(options);
    let quotas = await api.call<Quotas>('GET', path, { isOfTenant: true });
    if (Object.keys(asked).length > 0)
      quotas = await api.call<Quotas>('PUT', path, { isOfTenant: true, body: { ...quotas, ...asked } });
    if (options.json) return printJson(quotas);
    print(
      table(
        ['QUOTA', 'AT MOST'],
        OPTIONS.map(([option, quota]) => [option, quotas[quota] === null ? 'no limit' : String(quotas[quota])]),
      ),
    );
  });
}

function askedFor(options: LimitOptions): Partial<Quotas> {
  return Object.fromEntries(
    OPTIONS.flatMap(([option, quota]) => {
      const value = options[option];
      return typeof value === 'string' ? [[quota, limitOf(option, value)]] : [];
    }),
  );
}

function limitOf(option: string, value: string): number | null {
  if (value === 'none') return null;
  const limit = Number(value);
  if (value.trim() !== '' && Number.isFinite(limit) && limit >= 0) return limit;
  throw usageError(`--${option}: "${value}" is neither a number nor "none"`);
}
