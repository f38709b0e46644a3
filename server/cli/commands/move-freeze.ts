import type { Command } from 'commander';
import type { EnvironmentSettings, Freeze } from '../../../domain/index.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson, table } from '../output.ts';

interface FreezeOptions extends ShowOptions {
  readonly reason: string;
  readonly from: string;
  readonly until?: string;
  readonly to?: string;
  readonly days?: readonly string[];
  readonly timeZone?: string;
  readonly flags?: readonly string[];
  readonly rollouts?: readonly string[];
}

/** `freezes list`: when rollouts of an environment do not go forward. */
export function addListFreezes(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List the calendar of freezes.')).action(
    async (options: ShowOptions) => {
      const { freezes } = (await readSettings(connect(options, env))).settings;
      if (options.json) return printJson({ freezes });
      print(table(['FREEZE', 'WHEN', 'FOR', 'REASON'], freezes.map(rowOf)));
    },
  );
}

/** `freezes add`: once, between two instants, or every week by the clocks of a place. */
export function addAddFreeze(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('add <name>')
      .description('Add a freeze: --from and --until, or --days, --from, --to and --time-zone for every week.')
      .requiredOption('--reason <text>', 'why, told to everybody whom it stops')
      .requiredOption('--from <time>', 'an instant such as 2026-12-24T00:00:00Z, or a local time such as 16:00')
      .option('--until <instant>', 'when it ends')
      .option('--days <days...>', 'days on which it begins, such as friday')
      .option('--to <time>', 'local time at which it ends; not after --from: on the next day')
      .option('--time-zone <name>', 'IANA name such as Europe/Berlin')
      .option('--flags <names...>', 'only rollouts of these flags')
      .option('--rollouts <names...>', 'only these rollouts'),
  ).action(async (name: string, options: FreezeOptions) => {
    await changeFreezes(connect(options, env), (freezes) => [...freezes, freezeOf(name, options)]);
    print(`"${name}" is in the calendar.`);
  });
}

/** `freezes remove`: takes a freeze out of the calendar. */
export function addRemoveFreeze(parent: Command, env: Environment): void {
  withConnection(parent.command('remove <name>').description('Take a freeze out of the calendar.')).action(
    async (name: string, options: ShowOptions) => {
      await changeFreezes(connect(options, env), (freezes) => {
        const left = freezes.filter((freeze) => freeze.name !== name);
        if (left.length < freezes.length) return left;
        throw new CliError(`There is no freeze "${name}"; there are: ${freezes.map(nameOf).join(', ') || 'none'}.`, 1);
      });
      print(`"${name}" is no longer in the calendar.`);
    },
  );
}

/** What somebody changed meanwhile is not overwritten: all settings are written back as they were read. */
async function changeFreezes(client: ApiClient, change: (freezes: readonly Freeze[]) => readonly Freeze[]) {
  const { settings, version } = await readSettings(client);
  const body = { ...settings, freezes: change(settings.freezes) };
  await client.call('PUT', '/settings', { body, headers: { 'if-match': `"${version}"` } });
}

/** The version is read first, so that it is that of the settings or an older one, which the server would refuse. */
async function readSettings(client: ApiClient) {
  const { version } = await client.call<{ readonly version: number }>('GET', '/evaluators');
  return { settings: await client.call<EnvironmentSettings>('GET', '/settings'), version };
}

function freezeOf(name: string, { reason, from, until, to, days, timeZone, flags, rollouts }: FreezeOptions) {
  const isWeekly = days !== undefined || to !== undefined || timeZone !== undefined;
  const time = isWeekly ? { weekly: { days, from, to, timeZone } } : { from, until };
  return { name, reason, ...time, flags, rollouts } as Freeze;
}

function nameOf({ name }: Freeze): string {
  return name;
}

function rowOf({ name, reason, from, until, weekly, flags, rollouts }: Freeze): readonly string[] {
  const when =
    weekly === undefined
      ? `${from} – ${until}`
      : `${weekly.days.join(', ')} ${weekly.from}–${weekly.to} ${weekly.timeZone}`;
  const about = [...(flags ?? []).map((flag) => `flag ${flag}`), ...(rollouts ?? [])];
  return [name, when, about.join(', ') || 'all', reason];
}
