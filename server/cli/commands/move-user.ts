import type { Command } from 'commander';
import { ROLES, type Role, type RolesByEnvironment, type User } from '../../../domain/index.ts';
import { usageError } from '../cli-error.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { print, printJson, table } from '../output.ts';

const OF_TENANT = { isOfTenant: true } as const;

interface RoleOptions extends ShowOptions {
  readonly name?: string;
  readonly roles: readonly string[];
}

/** `users list`: people of the tenant and what they may do. */
export function addListUsers(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List users.')).action(async (options: ShowOptions) => {
    const answer = await connect(options, env).call<{ readonly users: readonly User[] }>('GET', '/users', OF_TENANT);
    if (options.json) return printJson(answer);
    print(
      table(
        ['USER', 'NAME', 'ROLES', ''],
        answer.users.map((user) => [
          user.user,
          user.displayName,
          wordsOf(user.roles),
          user.isDisabled ? 'disabled' : '',
        ]),
      ),
    );
  });
}

/** `users create`: a person, with a password that is shown once. */
export function addCreateUser(parent: Command, env: Environment): void {
  withRoles(parent.command('create <user>').description('Make a user; the password is shown once.'))
    .option('--name <name>', 'what to call them (default: the user name)')
    .action(async (user: string, options: RoleOptions) => {
      const { name: displayName } = options;
      const body = { user, roles: rolesIn(options.roles), ...(displayName === undefined ? {} : { displayName }) };
      printPassword(await connect(options, env).call('POST', '/users', { ...OF_TENANT, body }), options);
    });
}

/** `users roles`: replaces what a person may do. */
export function addUserRoles(parent: Command, env: Environment): void {
  withRoles(parent.command('roles <user>').description('Replace the roles of a user.')).action(
    async (user: string, options: RoleOptions) => {
      const body = { roles: rolesIn(options.roles) };
      const changed = await connect(options, env).call<User>('PATCH', pathOf(user), { ...OF_TENANT, body });
      if (options.json) return printJson(changed);
      print(`"${user}" is now ${wordsOf(changed.roles)}`);
    },
  );
}

/** `users password`: a new one, chosen by the server and shown once. */
export function addUserPassword(parent: Command, env: Environment): void {
  withConnection(
    parent.command('password <user>').description('Give a user a new password, shown once; signs them out everywhere.'),
  ).action(async (user: string, options: ShowOptions) => {
    const api = connect(options, env);
    printPassword(await api.call('POST', `${pathOf(user)}/password`, { ...OF_TENANT, body: {} }), options);
  });
}

/** `users disable` and `users enable`: whether a person may sign in. */
export function addDisableUser(parent: Command, env: Environment): void {
  for (const [verb, isDisabled, description] of [
    ['disable', true, 'Keep a user out from now on, signed out everywhere.'],
    ['enable', false, 'Let a user in again.'],
  ] as const)
    withConnection(parent.command(`${verb} <user>`).description(description)).action(
      async (user: string, options: ShowOptions) => {
        const body = { isDisabled };
        const changed = await connect(options, env).call<User>('PATCH', pathOf(user), { ...OF_TENANT, body });
        if (options.json) return printJson(changed);
        print(`"${user}" is ${isDisabled ? 'disabled' : 'enabled'}`);
      },
    );
}

function withRoles(command: Command): Command {
  return withConnection(command).requiredOption(
    '--roles <roles...>',
    `${ROLES.join(', ')}; for one environment with it in front, such as production:releaser`,
  );
}

function rolesIn(words: readonly string[]): RolesByEnvironment {
  const roles: Record<string, Role[]> = {};
  for (const word of words) {
    const [role, environment = '*'] = word.split(':').reverse() as [string, string?];
    if (!isRole(role)) throw usageError(`"${role}" is not a role; roles are ${ROLES.join(', ')}`);
    roles[environment] = [...(roles[environment] ?? []), role];
  }
  return roles;
}

function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word);
}

function wordsOf(roles: RolesByEnvironment): string {
  const words = Object.entries(roles).flatMap(([environment, own]) =>
    own.map((role) => (environment === '*' ? role : `${environment}:${role}`)),
  );
  return words.join(' ') || 'without a role';
}

function printPassword(answer: { readonly user: User; readonly password: string }, { json }: ShowOptions): void {
  if (json) printJson(answer);
  else {
    process.stderr.write(`The password of "${answer.user.user}", shown this once:\n`);
    print(answer.password);
  }
}

function pathOf(user: string): string {
  return `/users/${encodeURIComponent(user)}`;
}
