import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import { usageError } from '../cli-error.ts';
import { DEFAULT_URL, type Environment } from '../connection.ts';
import { print } from '../output.ts';
import { dropLogin, writeLogin } from '../stored-login.ts';

interface LoginOptions {
  readonly url?: string;
}

/** `login`: keeps an address and a key, so that no other command needs to be told. */
export function addLogin(program: Command, env: Environment): void {
  program
    .command('login')
    .description('Keep the address of a server and a key, which is read from RAMPWRIGHT_KEY or standard input.')
    .option('--url <url>', `address of the server (or RAMPWRIGHT_URL; default ${DEFAULT_URL})`)
    .action(async (options: LoginOptions) => {
      const url = options.url ?? env['RAMPWRIGHT_URL'] ?? DEFAULT_URL;
      const key = (env['RAMPWRIGHT_KEY'] || (await text(process.stdin))).trim();
      if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw usageError(`"${url}" is not an address`);
      if (key === '') throw usageError('There is no key: set RAMPWRIGHT_KEY, or write it to standard input.');
      const api = new ApiClient(url, key, '');
      const { name, tenant } = await api.call<Who>('GET', '/session', { isOfTenant: true });
      const file = writeLogin(env, { url: api.url, key });
      print(`Logged in to ${api.url} as "${name}" of the tenant "${tenant}"; kept in ${file}`);
    });
}

interface Who {
  readonly name: string;
  readonly tenant: string;
}

/** `logout`: forgets them; the key itself stays good until it is revoked. */
export function addLogout(program: Command, env: Environment): void {
  program
    .command('logout')
    .description('Forget the address and the key that login keeps; the key stays good until it is revoked.')
    .action(() => dropLogin(env));
}
