import type { Command } from 'commander';
import { type AuditEntry, canonicalJson } from '../../../domain/index.ts';
import { usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';

interface AuditOptions extends ShowOptions {
  readonly tenant?: boolean;
  readonly limit: string;
  readonly before?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly kind?: string;
  readonly target?: string;
  readonly since?: string;
  readonly until?: string;
}

type ListedEntry = AuditEntry & { readonly actorName: string | null };

/** `audit list`: who changed what and why, newest first. */
export function addListAudit(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('list')
      .description('Print who changed what and why, newest first.')
      .option('--tenant', 'what concerns the whole tenant, instead of an environment')
      .option('--limit <number>', 'how many', '20')
      .option('--before <number>', 'only entries with a lower number')
      .option('--actor <name>', 'by one actor: "controller", or "key:" and an id')
      .option('--action <name>', 'of one action: "rollback"')
      .option('--kind <name>', 'of one kind of thing: "rollout"')
      .option('--target <name>', 'about one thing')
      .option('--since <time>', 'from this moment on: 2026-11-01T00:00:00Z')
      .option('--until <time>', 'up to this moment'),
  ).action(async ({ tenant = false, ...options }: AuditOptions) => {
    const { entries } = await connect(options, env).call<{ readonly entries: readonly ListedEntry[] }>(
      'GET',
      `/audit?${queryOf(options)}`,
      { isOfTenant: tenant },
    );
    if (options.json) return printJson({ entries });
    const rows = entries.map((entry) => [
      String(entry.sequence),
      moment(entry.atMs),
      entry.actorName ?? entry.actor,
      entry.action,
      `${entry.kind} ${entry.target}`,
      entry.reason ?? '',
      shortened(`${canonicalJson(entry.before)} → ${canonicalJson(entry.after)}`),
    ]);
    print(table(['NUMBER', 'AT', 'BY', 'ACTION', 'WHAT', 'WHY', 'CHANGE'], rows));
  });
}

function queryOf({ limit, before, actor, action, kind, target, since, until }: AuditOptions): URLSearchParams {
  const fromMs = since === undefined ? undefined : momentIn('--since', since);
  const throughMs = until === undefined ? undefined : momentIn('--until', until);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ limit, before, actor, action, kind, target, fromMs, throughMs })) {
    if (value !== undefined) query.set(name, value);
  }
  return query;
}

function momentIn(option: string, text: string): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw usageError(`${option} ${text}: write a time such as 2026-11-01T00:00:00Z`);
  return String(ms);
}

const MOST_CHARACTERS = 120;

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
