import type { Command } from 'commander';
import { type Rollout, steeringAt } from '../../../domain/index.ts';
import type { ApiClient } from '../api-client.ts';
import { usageError } from '../cli-error.ts';
import { type ShowOptions, withConnection } from '../connection.ts';
import { moment, percent, print, printJson } from '../output.ts';

/** Options of every verb. */
export interface MoveOptions extends ShowOptions {
  readonly reason?: string;
  readonly ifRevision?: string;
  readonly requestKey?: string;
  readonly overrideFreeze?: boolean;
}

/** A command that moves a rollout, with the options that all verbs share. */
export function verbCommand(parent: Command, usage: string, meaning: string): Command {
  return withConnection(
    parent
      .command(usage)
      .description(meaning)
      .option('--reason <text>', 'why, for the history')
      .option('--if-revision <number>', 'not if somebody else moved it meanwhile')
      .option('--request-key <text>', 'the same request with the same key again changes nothing (Idempotency-Key)'),
  );
}

/** A command that goes forward, which a freeze stops unless somebody overrides it. */
export function forwardCommand(parent: Command, usage: string, meaning: string): Command {
  return verbCommand(parent, usage, meaning).option(
    '--override-freeze',
    'in spite of freezes; needs --reason, and a key with the scope "override" too',
  );
}

/** Asks the server to move a rollout; what is undefined of the body is left out. */
export function callVerb(
  client: ApiClient,
  rollout: string,
  verb: string,
  body: Readonly<Record<string, unknown>>,
  { ifRevision, requestKey }: MoveOptions,
): Promise<Rollout> {
  const headers = {
    ...(ifRevision === undefined ? {} : { 'if-match': `"${ifRevision}"` }),
    ...(requestKey === undefined ? {} : { 'idempotency-key': requestKey }),
  };
  return client.call('POST', `/rollouts/${encodeURIComponent(rollout)}/${verb}`, { body, headers });
}

/** Says where a rollout stands now, and what people have said about it. */
export function printMoved(rollout: string, moved: Rollout, { json }: MoveOptions): void {
  if (json) {
    printJson(moved);
    return;
  }
  const { phase, coverage, isArchived, steering } = moved.state;
  const { mode, pin, overrides } = steeringAt(steering, 0);
  const said = [
    ...(isArchived ? ['archived'] : []),
    ...(mode === 'automatic' ? [] : [`mode ${mode}`]),
    ...(pin === null ? [] : [`pinned by ${pin.owner} until ${moment(pin.untilMs)}`]),
    ...overrides.map(({ metric, untilMs }) => `${metric} ignored until ${moment(untilMs)}`),
  ];
  print(`"${rollout}" is ${phase} at ${percent(coverage)}${said.map((word) => `, ${word}`).join('')}.`);
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The moment that a text names: a time, or how long from now: "90m", "2h", "3d". */
export function untilMsOf(text: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const untilMs = unit === undefined ? Date.parse(text) : nowMs + Number(count) * UNITS_MS[unit]!;
  if (Number.isNaN(untilMs))
    throw usageError(`--until ${text}: write 90m, 2h, 3d or a time such as 2026-12-24T18:00:00Z`);
  return untilMs;
}

/** A coverage in per cent as shares out of 100 000. */
export function coverageOf(text: string): number {
  const coverage = Math.round(Number(text.replace(/ ?%$/, '')) * 1_000);
  if (text.trim() === '' || Number.isNaN(coverage))
    throw usageError(`${text}: write a coverage in per cent, such as 12.5`);
  return coverage;
}
