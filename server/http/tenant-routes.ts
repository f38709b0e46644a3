import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../../domain/index.ts';
import { NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { newToken } from '../api-keys.ts';
import { FIRST_ENVIRONMENT } from '../bootstrap.ts';
import { actorOf } from './access.ts';
import { type Dependencies, published } from './dependencies.ts';
import { MadeKeyAnswer, shownKey } from './key-routes.ts';

const config = { access: 'platform' } as const;
const exact = { additionalProperties: false } as const;
const TenantAnswer = Type.Object({ tenant: NameSchema, createdAtMs: TimestampMsSchema });

/** Tenants, for who runs the server: it makes them and their first admin key, and sees nothing of what is inside. */
export const tenantRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { tenants, flags } = deps.storage;

    app.get(
      '/tenants',
      {
        config,
        schema: {
          summary: 'List tenants',
          response: { 200: Type.Object({ tenants: Type.Array(TenantAnswer) }) },
        },
      },
      async () => ({ tenants: [...(await tenants.listTenants())] }),
    );

    app.post(
      '/tenants',
      {
        config,
        schema: {
          summary: 'Create a tenant with the environment "production"',
          description: 'Then make its first key with POST /api/v1/tenants/<tenant>/keys.',
          body: Type.Object({ tenant: NameSchema }, exact),
          response: { 201: TenantAnswer },
        },
      },
      async (request, reply) => {
        const { tenant } = request.body;
        const author = { actor: actorOf(request) };
        const created = await tenants.createTenant(tenant, author);
        const scope = { tenant, environment: FIRST_ENVIRONMENT };
        await published(deps, scope, flags.createEnvironment(scope, author));
        return reply.code(201).send(created);
      },
    );

    app.post(
      '/tenants/:tenant/keys',
      {
        config,
        schema: {
          summary: 'Make an admin key for a tenant; the token is shown once',
          params: Type.Object({ tenant: NameSchema }),
          body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }, exact),
          response: { 201: MadeKeyAnswer },
        },
      },
      async (request, reply) => {
        const { tenant } = request.params;
        if ((await tenants.readTenant(tenant)) === undefined) throw new Problem('tenantNotFound', `"${tenant}"`);
        const { token, key } = await makeAdminKey(request, tenant, request.body.name);
        return reply.code(201).send({ token, key: shownKey(key) });
      },
    );

    async function makeAdminKey(request: FastifyRequest, tenant: string, name: string) {
      const { token, keyId, secretHash } = newToken(['admin']);
      const key = await deps.storage.keys.createKey(
        { keyId, tenant, environment: null, name, scopes: ['admin'], secretHash },
        { actor: actorOf(request) },
      );
      return { token, key };
    }
  };
