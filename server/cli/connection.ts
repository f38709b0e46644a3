import type { Command } from 'commander';
import { ApiClient } from './api-client.ts';
import { usageError } from './cli-error.ts';
import { readLogin } from './stored-login.ts';

/** Environment variables, as the entry passes them on. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How to reach a server, as options say it. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly key?: string;
  readonly environment: string;
}

/** Options of every command that shows something of a server. */
export interface ShowOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** Where a server listens unless it is told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Adds the options that say which server, with which key, and how to print. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', `address of the server (or RAMPWRIGHT_URL; default ${DEFAULT_URL})`)
    .option('--key <key>', 'admin key (or RAMPWRIGHT_KEY, which does not show in the list of processes)')
    .option('--environment <name>', 'environment of the server', 'production')
    .option('--json', 'print the answer as JSON');
}

/** A client for what the options and the variables say; a usage error when there is no key. */
export function connect(options: ConnectionOptions, env: Environment): ApiClient {
  const login = readLogin(env);
  const url = options.url ?? env['RAMPWRIGHT_URL'] ?? login?.url ?? DEFAULT_URL;
  // A key that is kept is for its server and no other.
  const key = options.key ?? env['RAMPWRIGHT_KEY'] ?? (url.replace(/\/+$/, '') === login?.url ? login.key : undefined);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw usageError(`"${url}" is not an address such as ${DEFAULT_URL}`);
  if (key === undefined || key === '') {
    throw usageError(
      'There is no key: add --key, set RAMPWRIGHT_KEY, or keep one with rampwright login. The server prints an admin key at its first start.',
    );
  }
  return new ApiClient(url, key, options.environment);
}
