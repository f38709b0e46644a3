import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { PlainVerb } from '../../controller/index.ts';
import { Problem, type Rollout } from '../../domain/index.ts';
import {
  AdvanceSchema,
  ForwardSchema,
  JumpSchema,
  ModeSchema,
  NameSchema,
  OpinionSchema,
  OverrideSchema,
  PinSchema,
  PlainVerbSchema,
  RestoreSchema,
  RolloutSchema,
} from '../../domain/schema/index.ts';
import { actorOf } from './access.ts';
import type { Dependencies } from './dependencies.ts';
import { findRollout } from './find-rollout.ts';
import { moveByHand } from './move-by-hand.ts';
import { revisionTag } from './preconditions.ts';
import { requestKeyOf } from './request-key.ts';
import { requireOverride } from './require-override.ts';
import type { VerbRequest } from './verb-move.ts';

const RolloutParams = Type.Object({ environment: NameSchema, rollout: NameSchema });
type Params = { readonly environment: string; readonly rollout: string };

const PLAIN: Readonly<Record<PlainVerb, string>> = {
  start: 'Start a draft at its first stage',
  pause: 'Stop ramps; guardrails stay armed',
  resume: 'Let a paused rollout go on',
  unpin: 'End a pin before its time',
  rollback: 'Serve the control to everybody again; always possible, and wins over whatever is pending',
  complete: 'Serve the treatment to everybody now',
  retry: 'Start a rollout that was rolled back anew, as its next generation: no evidence is carried over',
  archive: 'Take a rollout that is over out of force',
};

/** Plain verbs that go forward, and may have to in spite of a freeze. */
const FORWARD: readonly PlainVerb[] = ['start', 'resume', 'complete', 'retry'];

const DESCRIPTION =
  'If-Match names the revision that was seen; a rollback needs none. With an Idempotency-Key, the same request again gets the same answer for 24 hours.';

/** Moving rollouts by hand, each verb at a path of its own. */
export const verbRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const at = (verb: string) => `/environments/:environment/rollouts/:rollout/${verb}`;
    const options = <Body>(summary: string, body: Body) => ({
      config: { access: 'admin', needs: 'release' } as const,
      // Where a verb needs no body, the validator wants one that it can look at.
      preValidation: async (request: FastifyRequest) => {
        request.body ??= null;
      },
      schema: { summary, description: DESCRIPTION, params: RolloutParams, body, response: { 200: RolloutSchema } },
    });
    const move = async (request: FastifyRequest, reply: FastifyReply, asked: VerbRequest, reason?: string) => {
      if ('overrideFreeze' in asked && asked.overrideFreeze === true) requireOverride(request, reason);
      const { scope, rollout } = await findRollout(deps, request, request.params as Params);
      const moved = await moveByHand(deps, request, { scope, rollout, asked, reason });
      deps.wakeController();
      return reply.header('etag', revisionTag(moved.state.revision)).send(moved);
    };

    for (const [verb, summary] of Object.entries(PLAIN) as [PlainVerb, string][]) {
      const body = FORWARD.includes(verb) ? ForwardSchema : PlainVerbSchema;
      app.post(at(verb), options(summary, body), (request, reply) => {
        const { reason, ...given } = request.body ?? {};
        return move(request, reply, { verb, ...given }, reason);
      });
    }
    app.post(
      at('advance'),
      options('Go on now as far as the gates permit, dwell aside; by force to the next stage', AdvanceSchema),
      (request, reply) => {
        const { reason, ...given } = request.body ?? {};
        return move(request, reply, { verb: 'advance', ...given }, reason);
      },
    );
    app.post(at('jump'), options('Go to a coverage within the plan, up or down', JumpSchema), (request, reply) => {
      const { reason, ...given } = request.body;
      return move(request, reply, { verb: 'jump', ...given }, reason);
    });
    app.post(
      at('pin'),
      options('Keep coverage where it is said until a time; guardrails stay armed', PinSchema),
      (request, reply) => {
        const { reason, ...given } = request.body;
        return move(request, reply, { verb: 'pin', ...given }, reason);
      },
    );
    app.post(
      at('override'),
      options('Have decisions ignore one guardrail until a time', OverrideSchema),
      (request, reply) => {
        const { reason, ...given } = request.body;
        return move(request, reply, { verb: 'override', ...given }, reason);
      },
    );
    app.post(at('restore'), options('Let an overridden guardrail count again', RestoreSchema), (request, reply) => {
      const { reason, metric } = request.body;
      return move(request, reply, { verb: 'restore', metric }, reason);
    });
    app.post(
      at('mode'),
      options('Apply decisions (automatic), only say them (advise), or make none (off)', ModeSchema),
      (request, reply) => {
        const { reason, mode } = request.body;
        return move(request, reply, { verb: 'mode', mode }, reason);
      },
    );

    for (const [verb, verdict] of [
      ['confirm', 'regressed'],
      ['reject', 'healthy'],
    ] as const) {
      app.post(
        at(verb),
        {
          ...options(
            `${verb === 'confirm' ? 'Confirm' : 'Reject'} a past rollback, as a label: ${verdict}`,
            OpinionSchema,
          ),
          schema: {
            summary: `Say that a past rollback was ${verb === 'confirm' ? 'right' : 'wrong'}, as the label "${verdict}"`,
            params: RolloutParams,
            body: OpinionSchema,
            response: {
              201: Type.Object({ labelId: Type.String(), generation: Type.Integer(), verdict: Type.String() }),
            },
          },
        },
        async (request, reply) => {
          const { scope, rollout } = await findRollout(deps, request, request.params);
          const label = await deps.storage.labels.append(scope, {
            labelId: requestKeyOf(request)?.sha256 ?? randomUUID(),
            rollout: rollout.definition.rollout,
            generation: rolledBackGeneration(rollout, request.body?.generation),
            verdict,
            source: 'operator',
            confidence: 1,
            author: actorOf(request),
            note: request.body?.reason ?? '',
            atMs: deps.clock.nowMs(),
          });
          const { labelId, generation } = label;
          return reply.code(201).send({ labelId, generation, verdict: label.verdict });
        },
      );
    }
  };

/** A generation that was rolled back: the newest one if it is over, and every one before, or there would be no later one. */
function rolledBackGeneration({ definition, state }: Rollout, asked: number | undefined): number {
  const newest = state.phase === 'rolledBack' ? state.generation : state.generation - 1;
  const generation = asked ?? newest;
  if (generation >= 1 && generation <= newest) return generation;
  const hint = newest < 1 ? 'it has not been rolled back yet' : `generations up to ${newest} were rolled back`;
  throw new Problem('wrongPhase', `"${definition.rollout}" has no rollback in generation ${generation}: ${hint}`);
}
