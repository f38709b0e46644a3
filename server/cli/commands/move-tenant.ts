import type { Command } from 'commander';
import type { Tenant } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';
import { printMade } from './move-key.ts';

const OF_TENANT = { isOfTenant: true } as const;

/** `tenants list`: everybody on this server; needs a key with the scope "platform". */
export function addListTenants(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List tenants.')).action(async (options: ShowOptions) => {
    const answer = await connect(options, env).call<{ readonly tenants: readonly Tenant[] }>(
      'GET',
      '/tenants',
      OF_TENANT,
    );
    if (options.json) return printJson(answer);
    const rows = answer.tenants.map(({ tenant, createdAtMs }) => [tenant, moment(createdAtMs)]);
    print(table(['TENANT', 'SINCE'], rows));
  });
}

/** `tenants create`: a tenant with the environment "production". */
export function addCreateTenant(parent: Command, env: Environment): void {
  withConnection(
    parent.command('create <tenant>').description('Make a tenant with the environment "production".'),
  ).action(async (tenant: string, options: ShowOptions) => {
    const created = await connect(options, env).call('POST', '/tenants', { ...OF_TENANT, body: { tenant } });
    if (options.json) return printJson(created);
    print(`"${tenant}" is there. Make its first key: rampwright tenants key ${tenant} <name>`);
  });
}

/** `tenants key`: an admin key for a tenant, to be handed to its people. */
export function addTenantKey(parent: Command, env: Environment): void {
  withConnection(
    parent.command('key <tenant> <name>').description('Make an admin key for a tenant; its token is shown once.'),
  ).action(async (tenant: string, name: string, options: ShowOptions) => {
    const path = `/tenants/${encodeURIComponent(tenant)}/keys`;
    printMade(await connect(options, env).call('POST', path, { ...OF_TENANT, body: { name } }), options);
  });
}
