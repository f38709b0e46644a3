import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Environment variables. */
type Variables = Readonly<Record<string, string | undefined>>;

/** A server and the key to it, as `rampwright login` keeps them. */
export interface Login {
  readonly url: string;
  readonly key: string;
}

/** Only their owner may read files like this. */
const OWNER_ONLY = 0o600;

/** Where a login is kept: the user's folder for configuration (XDG Base Directory Specification). */
export function loginFile(env: Variables): string {
  const configuration = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config');
  return join(configuration, 'rampwright', 'login.json');
}

/** The login that is kept; undefined when there is none. */
export function readLogin(env: Variables): Login | undefined {
  try {
    const { url, key } = JSON.parse(readFileSync(loginFile(env), 'utf8')) as Partial<Login>;
    return typeof url === 'string' && typeof key === 'string' ? { url, key } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a login in place of the one before; answers where. */
export function writeLogin(env: Variables, login: Login): string {
  const file = loginFile(env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // A mode is given to new files only.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(login, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  return file;
}

/** Forgets the login that is kept. */
export function dropLogin(env: Variables): void {
  rmSync(loginFile(env), { force: true });
}
