import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { checkExport, linesOf } from '../../../audit/index.ts';
import { type ChainCheck, sha256 } from '../../audit/verify-chain.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson } from '../output.ts';

interface VerifyOptions extends ShowOptions {
  readonly tenant?: boolean;
  readonly head?: string;
}

/** `audit verify`: looks for entries that are missing, changed, moved or added; of an exported file without a server. */
export function addVerifyAudit(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('verify [file]')
      .description('Look for entries that are missing, changed, moved or added: on the server, or in an exported file.')
      .option('--tenant', 'what concerns the whole tenant, instead of an environment')
      .option('--head <hash>', 'the hash that the last entry must have, as it was kept elsewhere'),
  ).action(async (file: string | undefined, { tenant = false, head, ...options }: VerifyOptions) => {
    const check = file === undefined ? await onServer(options, tenant, env) : await inFile(file);
    const checked = check.isIntact && head !== undefined ? against(head, check) : check;
    if (options.json) printJson(checked);
    if (checked.fault !== null) throw new CliError(`The audit is not intact: ${checked.fault.message}.`, 1);
    if (!options.json)
      print(`${checked.head.sequence} entries are intact; the last has the hash ${checked.head.hash}.`);
  });
}

function onServer(options: ShowOptions, isOfTenant: boolean, env: Environment): Promise<ChainCheck> {
  return connect(options, env).call('GET', '/audit/verify', { isOfTenant });
}

async function inFile(file: string): Promise<ChainCheck> {
  const source = file === '-' ? process.stdin : createReadStream(file);
  try {
    const { head, fault } = await checkExport(linesOf(source), sha256);
    return { isIntact: fault === null, head, fault };
  } catch (error) {
    throw usageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function against(hash: string, { head }: ChainCheck): ChainCheck {
  if (hash === head.hash) return { isIntact: true, head, fault: null };
  const message = `it ends with entry ${head.sequence} of hash ${head.hash}, and that is not the head that was kept`;
  return { isIntact: false, head, fault: { sequence: head.sequence, message } };
}
