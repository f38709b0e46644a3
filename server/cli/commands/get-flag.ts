import type { Command } from 'commander';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import type { StoredFlag } from '../flag-table.ts';
import { printJson } from '../output.ts';

/** `flags get`: the definition of a flag, in the form that `flags put` takes. */
export function addGetFlag(parent: Command, env: Environment): void {
  withConnection(
    parent.command('get <flag>').description('Print the definition of a flag (--json: with its revision).'),
  ).action(async (flag: string, options: ShowOptions) => {
    const stored = await connect(options, env).call<StoredFlag>('GET', `/flags/${encodeURIComponent(flag)}`);
    printJson(options.json ? stored : stored.definition);
  });
}
