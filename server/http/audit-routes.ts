import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { headLine } from '../../audit/index.ts';
import { ALL_ENVIRONMENTS, type AuditHead, type AuditLog, Problem, type Scope } from '../../domain/index.ts';
import { KeySchema, NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { readChain } from '../audit/read-chain.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import { requireKey } from './access.ts';
import { readActorNames } from './actor-names.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

const admin = { access: 'admin' } as const;
const WordSchema = Type.String({ minLength: 1, maxLength: 128 });
const HashSchema = Type.String({ description: 'SHA-256 in hexadecimal.' });
const SequenceSchema = Type.Integer({ minimum: 0, description: '1 for the first entry of a chain; without gaps.' });

const EntryAnswer = Type.Object({
  tenant: Type.String(),
  environment: Type.String({ description: '"*" for what concerns the whole tenant.' }),
  sequence: SequenceSchema,
  atMs: TimestampMsSchema,
  actor: Type.String(),
  actorName: Type.Union([Type.Null(), Type.String()], { description: 'Name of the key, where the actor is one.' }),
  action: Type.String(),
  kind: Type.String(),
  target: Type.String(),
  reason: Type.Union([Type.Null(), Type.String()]),
  before: Type.Unknown(),
  after: Type.Unknown(),
  previousHash: HashSchema,
  hash: HashSchema,
});
const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only entries with a lower number.' })),
  actor: Type.Optional(WordSchema),
  action: Type.Optional(WordSchema),
  kind: Type.Optional(WordSchema),
  target: Type.Optional(KeySchema),
  fromMs: Type.Optional(TimestampMsSchema),
  throughMs: Type.Optional(TimestampMsSchema),
});
const CheckAnswer = Type.Object({
  isIntact: Type.Boolean(),
  head: Type.Object({ sequence: SequenceSchema, hash: HashSchema }),
  fault: Type.Union([Type.Null(), Type.Object({ sequence: SequenceSchema, message: Type.String() })]),
});

/** Where chains are found: that of an environment, and that of the tenant. */
const PLACES = [
  {
    path: '/environments/:environment/audit',
    params: Type.Object({ environment: NameSchema }),
    whose: 'an environment',
  },
  { path: '/audit', params: Type.Object({}), whose: 'the whole tenant: environments, keys and models for all' },
] as const;

/** The audit: who did what and why, whether it is all there, and all of it as a file. */
export const auditRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { audit } = deps.storage;

    for (const { path, params, whose } of PLACES) {
      app.get(
        path,
        {
          config: admin,
          schema: {
            summary: `Who changed what and why, newest first, in ${whose}`,
            params,
            querystring: ListQuery,
            response: { 200: Type.Object({ entries: Type.Array(EntryAnswer) }) },
          },
        },
        async (request) => {
          const { limit = 100, ...query } = request.query;
          const chain = await chainOf(deps, request);
          const entries = await audit.list(chain, { limit, ...query });
          const names = await readActorNames(deps.storage, chain.tenant);
          return { entries: entries.map((entry) => ({ ...entry, actorName: names.get(entry.actor) ?? null })) };
        },
      );

      app.get(
        `${path}/verify`,
        {
          config: admin,
          schema: {
            summary: `Follow the chain of ${whose} and name the first entry that is missing, changed or moved`,
            description: 'Keep the head elsewhere: who can rewrite a whole chain is found only by comparing it.',
            params,
            response: { 200: CheckAnswer },
          },
        },
        async (request) => verifyChain(audit, await chainOf(deps, request)),
      );

      app.get(
        `${path}/export`,
        {
          config: admin,
          schema: {
            summary: `Every entry of ${whose} as JSON lines, oldest first, and a last line with the head`,
            description: '"rampwright audit verify <file>" checks such a file without a server.',
            params,
          },
        },
        async (request, reply) => {
          const chain = await chainOf(deps, request);
          const lines = exportLines(audit, chain, await audit.readHead(chain));
          return reply.type('application/x-ndjson').send(Readable.from(lines));
        },
      );
    }
  };

async function* exportLines(audit: AuditLog, chain: Scope, head: AuditHead): AsyncGenerator<string> {
  for await (const line of readChain(audit, chain, head)) yield `${line}\n`;
  yield `${headLine(head)}\n`;
}

/** The environment's chain, or without an environment in the path the tenant's, which only a key for all may see. */
async function chainOf(deps: Dependencies, request: FastifyRequest): Promise<Scope> {
  const { environment } = request.params as { readonly environment?: string };
  if (environment !== undefined) return knownScope(deps, request, environment);
  const key = requireKey(request);
  if (key.environment !== null) throw new Problem('forbidden', 'this path needs a key for all environments');
  return { tenant: key.tenant, environment: ALL_ENVIRONMENTS };
}
