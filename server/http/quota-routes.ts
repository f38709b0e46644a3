import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../domain/index.ts';
import { NameSchema, QuotasSchema } from '../../domain/schema/index.ts';
import { actorOf } from './access.ts';
import type { Dependencies } from './dependencies.ts';

const params = Type.Object({ tenant: NameSchema });
const path = '/tenants/:tenant/quotas';
const config = { access: 'platform' } as const;

/** What a tenant may use, for who runs the server. */
export const quotaRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { tenants } = deps.storage;

    app.get(
      path,
      { config, schema: { summary: 'Read the quotas of a tenant', params, response: { 200: QuotasSchema } } },
      async (request) => {
        const quotas = await tenants.readQuotas(request.params.tenant);
        if (quotas === undefined) throw new Problem('tenantNotFound', `"${request.params.tenant}"`);
        return quotas;
      },
    );

    app.put(
      path,
      {
        config,
        schema: {
          summary: 'Replace the quotas of a tenant',
          description: 'null: no limit. In force at once here, and within five seconds at other processes.',
          params,
          body: QuotasSchema,
          response: { 200: QuotasSchema },
        },
      },
      async (request) => {
        const { tenant } = request.params;
        if (!(await tenants.writeQuotas(tenant, request.body, { actor: actorOf(request) })))
          throw new Problem('tenantNotFound', `"${tenant}"`);
        await deps.quotas.refresh();
        return request.body;
      },
    );
  };
