import type { Command } from 'commander';
import type { ApiKey, KeyScope } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';
import { untilMsOf } from './verb-command.ts';

interface CreateOptions extends ShowOptions {
  readonly scopes: readonly KeyScope[];
  readonly wholeTenant?: boolean;
  readonly until?: string;
}

interface RotateOptions extends ShowOptions {
  readonly overlap?: string;
}

/** A key with its token, which the server shows this once. */
interface MadeKey {
  readonly token: string;
  readonly key: ApiKey;
}

const OF_TENANT = { isOfTenant: true } as const;

/** `keys list`: the keys that the key in use may manage, without secrets. */
export function addListKeys(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List API keys, without their secrets.')).action(
    async (options: ShowOptions) => {
      const answer = await connect(options, env).call<{ readonly keys: readonly ApiKey[] }>('GET', '/keys', OF_TENANT);
      if (options.json) return printJson(answer);
      print(table(['KEY', 'NAME', 'ENVIRONMENT', 'SCOPES', 'STATE'], answer.keys.map(rowOf)));
    },
  );
}

/** `keys create`: prints the token alone on standard output, so that a script can keep it. */
export function addCreateKey(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('create <name>')
      .description('Make an API key of the environment; its token is shown once.')
      .requiredOption('--scopes <scopes...>', 'admin, evaluate, ingest, client, platform')
      .option('--whole-tenant', 'for all environments; only admin and platform can be')
      .option('--until <time>', 'when it expires: 12h, 90d, or a time'),
  ).action(async (name: string, { scopes, wholeTenant, until, ...options }: CreateOptions) => {
    const body = {
      name,
      scopes,
      environment: wholeTenant === true ? null : options.environment,
      ...(until === undefined ? {} : { expiresAtMs: untilMsOf(until, Date.now()) }),
    };
    printMade(await connect(options, env).call<MadeKey>('POST', '/keys', { ...OF_TENANT, body }), options);
  });
}

/** `keys rotate`: a new secret, beside the old one for a while. */
export function addRotateKey(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('rotate <key>')
      .description('Give an API key a new secret; its token is shown once.')
      .option('--overlap <time>', 'how long the old one stays good: 0m, 2h, 7d; a day unless said'),
  ).action(async (keyId: string, { overlap, ...options }: RotateOptions) => {
    const body = overlap === undefined ? {} : { overlapMs: untilMsOf(overlap, 0) };
    printMade(
      await connect(options, env).call<MadeKey>('POST', `${pathOf(keyId)}/rotate`, { ...OF_TENANT, body }),
      options,
    );
  });
}

/** `keys revoke`: ends a key and the streams that it opened. */
export function addRevokeKey(parent: Command, env: Environment): void {
  withConnection(parent.command('revoke <key>').description('End an API key, and the streams that it opened.')).action(
    async (keyId: string, options: ShowOptions) => {
      await connect(options, env).call('DELETE', pathOf(keyId), OF_TENANT);
      print(`"${keyId}" is revoked.`);
    },
  );
}

/** The token alone on standard output; what it is for on standard error. */
export function printMade(made: MadeKey, options: ShowOptions): void {
  if (options.json) {
    printJson(made);
    return;
  }
  const { keyId, scopes } = made.key;
  process.stderr.write(`Key "${keyId}" (${scopes.join(', ')}). Its token is not shown again:\n`);
  print(made.token);
}

function pathOf(keyId: string): string {
  return `/keys/${encodeURIComponent(keyId)}`;
}

function rowOf({ keyId, name, environment, scopes, isRevoked, expiresAtMs }: ApiKey): readonly string[] {
  const expiry = expiresAtMs === null ? 'good' : `until ${moment(expiresAtMs)}`;
  return [keyId, name, environment ?? '(all)', scopes.join(', '), isRevoked ? 'revoked' : expiry];
}
