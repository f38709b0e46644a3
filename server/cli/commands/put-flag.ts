import type { Command } from 'commander';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import type { StoredFlag } from '../flag-table.ts';
import { print, printJson } from '../output.ts';
import { readJson } from '../read-json.ts';

interface PutOptions extends ShowOptions {
  readonly ifRevision?: string;
}

/** `flags put`: creates or replaces a flag. */
export function addPutFlag(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('put <flag> <file>')
      .description('Create or replace a flag by a definition in a file ("-": standard input).')
      .option('--if-revision <number>', 'only if the flag is at this revision; 0: only if it is new'),
  ).action(async (flag: string, file: string, options: PutOptions) => {
    const client = connect(options, env);
    const stored = await client.call<StoredFlag>('PUT', `/flags/${encodeURIComponent(flag)}`, {
      body: await readJson(file),
      headers: conditionOf(options.ifRevision),
    });
    if (options.json) return printJson(stored);
    print(`"${flag}" is at revision ${stored.revision} in ${client.environment}.`);
  });
}

function conditionOf(revision: string | undefined): Readonly<Record<string, string>> {
  return revision === undefined ? {} : { 'if-match': `"${revision}"` };
}
