import type { Command } from 'commander';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson } from '../output.ts';

interface QuarantineOptions extends ShowOptions {
  readonly reason?: string;
}

/** `sources quarantine`: leaves a source out of all decisions. */
export function addQuarantineSource(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('quarantine <source>')
      .description('Leave a source out of all decisions.')
      .option('--reason <text>', 'why, for the history'),
  ).action(async (source: string, options: QuarantineOptions) => {
    const moved = await connect(options, env).call('PUT', quarantineOf(source), {
      body: options.reason === undefined ? {} : { reason: options.reason },
    });
    if (options.json) return printJson(moved);
    print(`"${source}" is in quarantine: no decision looks at what it reports.`);
  });
}

/** `sources release`: lets a source count again. */
export function addReleaseSource(parent: Command, env: Environment): void {
  withConnection(parent.command('release <source>').description('Let a source count again.')).action(
    async (source: string, options: ShowOptions) => {
      const moved = await connect(options, env).call('DELETE', quarantineOf(source));
      if (options.json) return printJson(moved);
      print(`"${source}" counts again.`);
    },
  );
}

function quarantineOf(source: string): string {
  return `/sources/${encodeURIComponent(source)}/quarantine`;
}
