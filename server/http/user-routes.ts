import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem, type RolesByEnvironment, type User } from '../../domain/index.ts';
import { NewPasswordSchema, RolesSchema, TimestampMsSchema, UserNameSchema } from '../../domain/schema/index.ts';
import { hashPassword, newPassword } from '../passwords.ts';
import { actorOf, requireKey } from './access.ts';
import type { Dependencies } from './dependencies.ts';

const exact = { additionalProperties: false } as const;
const config = { access: 'admin', needs: 'admin' } as const;
const UserParams = Type.Object({ user: UserNameSchema });
const DisplayName = Type.String({ minLength: 1, maxLength: 100 });
const UserAnswer = Type.Object({
  user: Type.String(),
  displayName: Type.String(),
  roles: RolesSchema,
  isDisabled: Type.Boolean(),
  createdAtMs: TimestampMsSchema,
  issuer: Type.Union([Type.Null(), Type.String()]),
});
/** The password is in it only when the server chose it. */
const PasswordAnswer = Type.Object({ user: UserAnswer, password: Type.Union([Type.Null(), Type.String()]) });

/** People of a tenant: made, given roles and passwords, disabled. */
export const userRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { users } = deps.storage;

    app.get(
      '/users',
      {
        config,
        schema: { summary: 'List users', response: { 200: Type.Object({ users: Type.Array(UserAnswer) }) } },
      },
      async (request) => ({ users: (await users.listUsers(requireKey(request).tenant)).map(shown) }),
    );

    app.post(
      '/users',
      {
        config,
        schema: {
          summary: 'Make a user; without a password the server chooses one, which is shown once',
          body: Type.Object(
            {
              user: UserNameSchema,
              displayName: Type.Optional(DisplayName),
              roles: RolesSchema,
              password: Type.Optional(NewPasswordSchema),
            },
            exact,
          ),
          response: { 201: PasswordAnswer },
        },
      },
      async (request, reply) => {
        const { user, displayName = user, password = newPassword() } = request.body;
        const roles = request.body.roles as RolesByEnvironment;
        const { tenant } = requireKey(request);
        const passwordHash = await hashPassword(password);
        const made = await users.createUser(
          { tenant, user, displayName, roles, passwordHash },
          { actor: actorOf(request) },
        );
        return reply
          .code(201)
          .send({ user: shown(made), password: request.body.password === undefined ? password : null });
      },
    );

    app.patch(
      '/users/:user',
      {
        config,
        schema: {
          summary: 'Change a user; what is left out stays',
          description:
            'Who is disabled is signed out everywhere. Roles are in force at once here, elsewhere within five seconds.',
          params: UserParams,
          body: Type.Object(
            {
              displayName: Type.Optional(DisplayName),
              roles: Type.Optional(RolesSchema),
              isDisabled: Type.Optional(Type.Boolean()),
            },
            exact,
          ),
          response: { 200: UserAnswer },
        },
      },
      async (request) => {
        const { displayName, isDisabled } = request.body;
        const roles = request.body.roles as RolesByEnvironment | undefined;
        const { tenant } = requireKey(request);
        const change = {
          ...(displayName === undefined ? {} : { displayName }),
          ...(roles === undefined ? {} : { roles }),
          ...(isDisabled === undefined ? {} : { isDisabled }),
        };
        const changed = await users.changeUser(tenant, request.params.user, change, { actor: actorOf(request) });
        if (changed === undefined) throw new Problem('userNotFound', `"${request.params.user}"`);
        signOutEverywhere(deps, changed);
        return shown(changed);
      },
    );

    app.post(
      '/users/:user/password',
      {
        config,
        schema: {
          summary: 'Give a user a new password; without one the server chooses it. All sessions end',
          params: UserParams,
          body: Type.Object({ password: Type.Optional(NewPasswordSchema) }, exact),
          response: { 200: PasswordAnswer },
        },
      },
      async (request) => {
        const { password = newPassword() } = request.body;
        const { tenant } = requireKey(request);
        const passwordHash = await hashPassword(password);
        const author = { actor: actorOf(request) };
        const changed = await users.changeUser(tenant, request.params.user, { passwordHash }, author);
        if (changed === undefined) throw new Problem('userNotFound', `"${request.params.user}"`);
        signOutEverywhere(deps, changed);
        return { user: shown(changed), password: request.body.password === undefined ? password : null };
      },
    );
  };

/** Has this process look anew at who a person is, and ends their streams; with `holderId`, those of one session only. */
export function signOutEverywhere(
  { sessions, streams }: Pick<Dependencies, 'sessions' | 'streams'>,
  user: Pick<User, 'tenant' | 'user'>,
  holderId?: string,
): void {
  for (const forgotten of sessions.forget(user))
    if (holderId === undefined || holderId === forgotten) streams.endAllOf(forgotten);
}

function shown({ tenant: _, roles, ...user }: User) {
  return { ...user, roles: Object.fromEntries(Object.entries(roles).map(([where, own]) => [where, [...own]])) };
}
