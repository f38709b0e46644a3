import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem, type SignInRefusal } from '../../domain/index.ts';
import { admitPerson } from '../oidc/admit-person.ts';
import { personOfClaims } from '../oidc/claims/person-of-claims.ts';
import { OidcProvider } from '../oidc/oidc-provider.ts';
import { refusalOf } from '../oidc/refusal-of.ts';
import type { Dependencies } from './dependencies.ts';
import { dropFlow, flowOf, keepFlow } from './flow-cookie.ts';
import { keepSession } from './session-cookie.ts';
import { TokenBuckets } from './token-buckets.ts';
import { signOutEverywhere } from './user-routes.ts';

const START_PATH = '/api/v1/sign-in/oidc';
const CALLBACK_PATH = '/api/v1/sign-in/oidc/callback';

/** Of an address: each has the provider asked; behind a balancer all people have its address. */
const ANSWERS_PER_SECOND = 20;

const config = { access: 'public' } as const;
const WaysAnswer = Type.Object({
  oidc: Type.Union([Type.Null(), Type.Object({ name: Type.String(), startUrl: Type.String() })]),
});

/** Signing in with a provider of identities: the way there, the way back, and whether there is one. */
export const oidcRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { oidc: configuration, clock } = deps;
    const provider = configuration && new OidcProvider(configuration, clock, CALLBACK_PATH);
    const publicUrl = configuration?.publicUrl ?? '';
    const isSecure = publicUrl.startsWith('https:');
    const buckets = new TokenBuckets(clock);

    const requireProvider = () => {
      if (configuration === null || provider === null)
        throw new Problem('routeNotFound', 'this server knows no provider to sign in with');
      return { configuration, provider };
    };
    const isTooMany = (request: FastifyRequest) => buckets.take(request.ip, ANSWERS_PER_SECOND).waitMs > 0;
    /** The only places that a sign-in leads to; nothing in a request has a say in it. */
    const toConsole = (reply: FastifyReply, signIn: SignInRefusal | 'done') =>
      reply.header('cache-control', 'no-store').redirect(`${publicUrl}/console/?signIn=${signIn}`);
    const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: SignInRefusal, error?: unknown) => {
      request.log.warn({ refusal, why: whyOf(error) }, 'a sign-in over OpenID Connect came to nothing');
      return toConsole(reply, refusal);
    };

    app.get(
      '/sign-in',
      { config, schema: { summary: 'How people can sign in, beside passwords', response: { 200: WaysAnswer } } },
      async () => ({ oidc: configuration && { name: configuration.name, startUrl: `${publicUrl}${START_PATH}` } }),
    );

    app.get(
      '/sign-in/oidc',
      { config, schema: { summary: 'Go to the OpenID Connect provider to sign in', response: { 302: Type.Null() } } },
      async (request, reply) => {
        const { provider } = requireProvider();
        try {
          const { url, flow } = await provider.begin();
          keepFlow(reply, flow, isSecure);
          return reply.header('cache-control', 'no-store').redirect(url.href);
        } catch (error) {
          return refuse(request, reply, refusalOf(error), error);
        }
      },
    );

    app.get(
      '/sign-in/oidc/callback',
      {
        config,
        schema: {
          summary: 'Come back from the OpenID Connect provider; the session is a cookie',
          description: 'Leads to the console, whatever comes of it; `signIn` in its address says what.',
          querystring: Type.Object({ state: Type.Optional(Type.String({ maxLength: 200 })) }),
          response: { 302: Type.Null() },
        },
      },
      async (request, reply) => {
        const { provider, configuration } = requireProvider();
        const flow = flowOf(request, isSecure, clock.nowMs());
        if (flow === undefined) return refuse(request, reply, 'expired');
        // The flow stays good when somebody else's answer was planted, or when it was not even looked at.
        if (flow.state !== request.query.state) return refuse(request, reply, 'mixedUp');
        if (isTooMany(request)) return refuse(request, reply, 'tooMany');
        dropFlow(reply, isSecure);
        try {
          const claims = await provider.finish(request.url.slice(request.url.indexOf('?')), flow);
          const identity = { issuer: claims.iss, subject: claims.sub };
          const person = personOfClaims(claims, configuration);
          const { user, isChanged, refusal } = await admitPerson(
            deps.storage.users,
            configuration.tenant,
            identity,
            person,
          );
          if (user !== undefined && isChanged) signOutEverywhere(deps, user);
          if (user === undefined || refusal !== null) return refuse(request, reply, refusal ?? 'noRole');
          keepSession(reply, await deps.sessions.open(user), isSecure);
          return toConsole(reply, 'done');
        } catch (error) {
          return refuse(request, reply, refusalOf(error), error);
        }
      },
    );
  };

/** What happened, for the log: messages only, since what an error holds beside them may be a token. */
function whyOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = whyOf(error.cause);
  return cause === undefined || cause === error.message ? error.message : `${error.message}: ${cause}`;
}
