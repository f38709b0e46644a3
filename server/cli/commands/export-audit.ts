import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';

interface ExportOptions extends ShowOptions {
  readonly tenant?: boolean;
  readonly out?: string;
}

/** `audit export`: every entry as JSON lines. */
export function addExportAudit(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('export')
      .description('Write every entry as JSON lines, oldest first; `audit verify` can check such a file.')
      .option('--tenant', 'what concerns the whole tenant, instead of an environment')
      .option('--out <file>', 'where to; otherwise standard output'),
  ).action(async ({ tenant = false, out, ...options }: ExportOptions) => {
    const bytes = await connect(options, env).read('/audit/export', { isOfTenant: tenant });
    await pipeline(bytes, out === undefined ? process.stdout : createWriteStream(out), { end: out !== undefined });
  });
}
