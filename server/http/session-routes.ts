import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type KeyScope, Problem, type StoredSession, scopesOfRoles } from '../../domain/index.ts';
import { NameSchema, NewPasswordSchema, UserNameSchema } from '../../domain/schema/index.ts';
import { FIRST_TENANT } from '../bootstrap.ts';
import { hashPassword, isPassword } from '../passwords.ts';
import { actorOf, requireKey } from './access.ts';
import { isOverTls } from './cookies.ts';
import type { Dependencies } from './dependencies.ts';
import { dropSession, keepSession, requireSameOrigin } from './session-cookie.ts';
import { SignInLimit } from './sign-in-limit.ts';
import { signOutEverywhere } from './user-routes.ts';

const exact = { additionalProperties: false } as const;
const MAX_PASSWORD = 200;
const signedIn = { access: 'signedIn' } as const;
const Scopes = Type.Array(Type.String());
const WhoAnswer = Type.Object({
  tenant: Type.String(),
  user: Type.Union([Type.Null(), Type.String()]),
  name: Type.String(),
  scopes: Scopes,
  scopesByEnvironment: Type.Record(Type.String(), Scopes),
});

/** Signing in and out, and who is signed in. */
export const sessionRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { users, flags } = deps.storage;
    const limit = new SignInLimit(deps.clock);

    app.post(
      '/session',
      {
        config: { access: 'public' },
        schema: {
          summary: 'Sign in with a password; the session is a cookie',
          body: Type.Object(
            {
              tenant: Type.Optional(NameSchema),
              user: UserNameSchema,
              password: Type.String({ minLength: 1, maxLength: MAX_PASSWORD }),
            },
            exact,
          ),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        // A page of another site could sign somebody in as somebody else.
        if (request.headers.origin !== undefined) requireSameOrigin(request);
        const { tenant = FIRST_TENANT, user, password } = request.body;
        const attempt = limit.begin({ tenant, user, address: request.ip });
        const found = await users.findUser(tenant, user);
        if (!(await isPassword(password, found?.passwordHash ?? null)))
          throw new Problem('unauthenticated', 'there is no such user with this password');
        attempt.succeeded();
        keepSession(reply, await deps.sessions.open(found!), isOverTls(request));
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/session',
      {
        config: signedIn,
        schema: { summary: 'Who asks, and what they may do where', response: { 200: WhoAnswer } },
      },
      async (request) => {
        const { session } = request;
        const { tenant, environment: own, name, scopes } = requireKey(request);
        const all = (await flags.listEnvironments(tenant)).map(({ environment }) => environment);
        const opened = all.filter((environment) => own === null || own === environment);
        const scopesIn = (environment: string): readonly KeyScope[] =>
          session === null ? scopes : scopesOfRoles(session.user.roles, environment);
        return {
          tenant,
          user: session?.user.user ?? null,
          name,
          scopes: [...(session === null ? scopes : scopesOfRoles(session.user.roles, null))],
          scopesByEnvironment: Object.fromEntries(
            opened.map((environment) => [environment, [...scopesIn(environment)]]),
          ),
        };
      },
    );

    app.delete(
      '/session',
      {
        config: signedIn,
        schema: {
          summary: 'Sign out, here or everywhere',
          querystring: Type.Object({ everywhere: Type.Optional(Type.Boolean()) }, exact),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { tenant, sessionId, user } = requireSession(request);
        if (request.query.everywhere === true) await users.endSessionsOf(tenant, user.user);
        else await users.endSession(tenant, sessionId);
        signOutEverywhere(deps, user, request.query.everywhere === true ? undefined : requireKey(request).keyId);
        dropSession(request, reply);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/session/password',
      {
        config: signedIn,
        schema: {
          summary: 'Choose a new password; all sessions end',
          body: Type.Object({ current: Type.String({ maxLength: MAX_PASSWORD }), password: NewPasswordSchema }, exact),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { tenant, user } = requireSession(request);
        const attempt = limit.begin({ tenant, user: user.user, address: request.ip });
        const found = await users.findUser(tenant, user.user);
        if (!(await isPassword(request.body.current, found?.passwordHash ?? null)))
          throw new Problem('forbidden', 'the current password is another one');
        attempt.succeeded();
        const passwordHash = await hashPassword(request.body.password);
        await users.changeUser(tenant, user.user, { passwordHash }, { actor: actorOf(request) });
        signOutEverywhere(deps, user);
        dropSession(request, reply);
        return reply.code(204).send(null);
      },
    );
  };

function requireSession({ session }: FastifyRequest): StoredSession {
  if (session === null) throw new Problem('invalidRequest', 'the request came with an API key, which has no session');
  return session;
}
