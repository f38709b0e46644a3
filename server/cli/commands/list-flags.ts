import type { Command } from 'commander';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { flagTable, type StoredFlag } from '../flag-table.ts';
import { print, printJson } from '../output.ts';
import { allPages } from '../pages.ts';

/** `flags list`: all flags of an environment. */
export function addListFlags(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List the flags.')).action(async (options: ShowOptions) => {
    const flags = await allPages<StoredFlag>(connect(options, env), '/flags', {
      itemsOf: (answer) => answer['flags'] ?? [],
      keyOf: ({ key }) => key,
    });
    if (options.json) return printJson({ flags });
    print(flagTable(Object.fromEntries(flags.map(({ key, definition }) => [key, definition]))));
  });
}
