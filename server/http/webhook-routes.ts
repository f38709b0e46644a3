import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../domain/index.ts';
import { NameSchema } from '../../domain/schema/index.ts';
import { sendMessage } from '../webhooks/send-message.ts';
import { newWebhookSecret, shownSecret } from '../webhooks/webhook-secret.ts';
import { parseWebhookUrl } from '../webhooks/webhook-target.ts';
import { actorOf, requireKey } from './access.ts';
import { type Dependencies, knownScope } from './dependencies.ts';
import {
  DeliveryAnswer,
  KindsSchema,
  MadeWebhookAnswer,
  shownDelivery,
  shownWebhook,
  WebhookAnswer,
} from './webhook-answer.ts';

const admin = { access: 'admin' } as const;
const exact = { additionalProperties: false } as const;
const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_MS = 24 * HOUR_MS;
const MAX_OVERLAP_MS = 7 * 24 * HOUR_MS;
const EnvironmentParams = Type.Object({ environment: NameSchema });
const WebhookParams = Type.Object({ environment: NameSchema, webhook: NameSchema });

/** Webhooks of an environment: made, tried, given new secrets, removed; and what became of their messages. */
export const webhookRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { webhooks, deliveries } = deps.storage;
    const all = '/environments/:environment/webhooks';
    const one = `${all}/:webhook`;

    app.get(
      all,
      {
        config: admin,
        schema: {
          summary: 'List the webhooks, without secrets',
          params: EnvironmentParams,
          response: { 200: Type.Object({ webhooks: Type.Array(WebhookAnswer) }) },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        return { webhooks: (await webhooks.list(scope)).map(shownWebhook) };
      },
    );

    app.post(
      all,
      {
        config: admin,
        schema: {
          summary: 'Have an address told what happens; the secret is shown once',
          description:
            'Messages are signed as Standard Webhooks says, or have the form that Slack takes. They come at least once, in no promised order.',
          params: EnvironmentParams,
          body: Type.Object(
            {
              webhook: NameSchema,
              url: Type.String({ minLength: 1, maxLength: 2_000 }),
              format: Type.Optional(Type.Enum(['standard', 'slack'])),
              kinds: KindsSchema,
            },
            exact,
          ),
          response: { 201: MadeWebhookAnswer },
        },
      },
      async (request, reply) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const { webhook, url, format = 'standard', kinds } = request.body;
        const { href } = parseWebhookUrl(url, deps.sending.allowedHosts);
        const secret = format === 'slack' ? null : newWebhookSecret();
        const by = { actor: actorOf(request) };
        const made = await webhooks.create(scope, { webhook, url: href, format, kinds, secret }, by);
        return reply.code(201).send({ webhook: shownWebhook(made), secret: secret && shownSecret(secret) });
      },
    );

    app.delete(
      one,
      {
        config: admin,
        schema: {
          summary: 'Remove a webhook with its messages',
          params: WebhookParams,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { environment, webhook } = request.params;
        const scope = await knownScope(deps, request, environment);
        if (!(await webhooks.remove(scope, webhook, { actor: actorOf(request) }))) throw notFound(webhook);
        return reply.code(204).send(null);
      },
    );

    app.post(
      `${one}/rotate`,
      {
        config: admin,
        schema: {
          summary: 'Give a webhook a new secret; it is shown once',
          description: 'For "overlapMs", a day unless said otherwise, messages are signed with the old one too.',
          params: WebhookParams,
          body: Type.Object({ overlapMs: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_OVERLAP_MS })) }, exact),
          response: { 200: MadeWebhookAnswer },
        },
      },
      async (request) => {
        const { environment, webhook } = request.params;
        const scope = await knownScope(deps, request, environment);
        const { overlapMs = DEFAULT_OVERLAP_MS } = request.body;
        const secret = newWebhookSecret();
        const rotated = await webhooks.rotate(scope, webhook, { secret, overlapMs }, { actor: actorOf(request) });
        if (rotated === undefined) throw notFound(webhook, 'that is signed');
        return { webhook: shownWebhook(rotated), secret: shownSecret(secret) };
      },
    );

    app.post(
      `${one}/enable`,
      {
        config: admin,
        schema: {
          summary: 'Have a webhook that was disabled told again',
          params: WebhookParams,
          response: { 200: WebhookAnswer },
        },
      },
      async (request) => {
        const { environment, webhook } = request.params;
        const scope = await knownScope(deps, request, environment);
        const enabled = await webhooks.enable(scope, webhook, { actor: actorOf(request) });
        if (enabled === undefined) throw notFound(webhook);
        return shownWebhook(enabled);
      },
    );

    app.post(
      `${one}/test`,
      {
        config: admin,
        schema: {
          summary: 'Send a message of the kind "test" now, once',
          params: WebhookParams,
          response: { 200: Type.Object({ isAccepted: Type.Boolean(), outcome: Type.String() }) },
        },
      },
      async (request) => {
        const { environment, webhook } = request.params;
        const scope = await knownScope(deps, request, environment);
        const found = await webhooks.read(scope, webhook);
        if (found === undefined) throw notFound(webhook);
        const nowMs = deps.clock.nowMs();
        const event = {
          ...scope,
          kind: 'test',
          atMs: nowMs,
          subject: webhook,
          action: 'test',
          actor: actorOf(request),
          actorName: requireKey(request).name,
          reason: null,
          details: {},
        } as const;
        const eventId = `msg_${randomUUID().replaceAll('-', '')}`;
        const never = new AbortController().signal;
        const { isAccepted, outcome } = await sendMessage(
          { webhook: found, eventId, event, nowMs },
          deps.sending,
          never,
        );
        return { isAccepted, outcome };
      },
    );

    app.get(
      `${one}/deliveries`,
      {
        config: admin,
        schema: {
          summary: 'List the messages of the last days, newest first, and what became of them',
          params: WebhookParams,
          querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) }, exact),
          response: { 200: Type.Object({ deliveries: Type.Array(DeliveryAnswer) }) },
        },
      },
      async (request) => {
        const { environment, webhook } = request.params;
        const scope = await knownScope(deps, request, environment);
        if ((await webhooks.read(scope, webhook)) === undefined) throw notFound(webhook);
        const listed = await deliveries.list(scope, webhook, request.query.limit ?? 50);
        return { deliveries: listed.map(shownDelivery) };
      },
    );
  };

function notFound(webhook: string, which = ''): Problem {
  return new Problem('webhookNotFound', [`"${webhook}"`, which].join(' ').trim());
}
