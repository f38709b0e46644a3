import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { checkpointsAhead, type VoteWish } from '../../controller/index.ts';
import { approvalsOf, isPassable, Problem, type Rollout } from '../../domain/index.ts';
import { ApproveSchema, DeclineSchema, NameSchema, RolloutSchema } from '../../domain/schema/index.ts';
import { readActorNames } from './actor-names.ts';
import type { Dependencies } from './dependencies.ts';
import { findRollout } from './find-rollout.ts';
import { moveByHand } from './move-by-hand.ts';
import { revisionCondition, revisionTag } from './preconditions.ts';

const readers = { access: ['admin', 'read', 'approve'] } as const;
const voters = { access: 'admin', needs: 'approve' } as const;
const params = Type.Object({ environment: NameSchema, rollout: NameSchema });
type Params = { readonly environment: string; readonly rollout: string };

/** Voters who meet at the same moment; more than this are told to try again. */
const MAX_TRIES = 5;

/** Votes on the checkpoints of a rollout, and how they stand. */
export const voteRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const at = (verb: string) => `/environments/:environment/rollouts/:rollout/${verb}`;

    app.get(
      at('approvals'),
      {
        config: readers,
        schema: {
          summary: 'The checkpoints ahead of a rollout, and who has voted',
          description: 'ownerName is what the key or the person is called; null where nobody is known by that.',
          params,
        },
      },
      async (request, reply) => {
        const { scope, rollout } = await findRollout(deps, request, request.params);
        const surroundings = await deps.storage.rollouts.readSurroundings(scope, rollout.definition.rollout);
        const ahead = checkpointsAhead(surroundings, rollout, deps.clock.nowMs());
        const isVoted = ahead.some(({ votes }) => votes.length > 0);
        const names = isVoted ? await readActorNames(deps.storage, scope.tenant) : undefined;
        const checkpoints = ahead.map((checkpoint) => ({
          ...checkpoint,
          votes: checkpoint.votes.map((vote) => ({ ...vote, ownerName: names?.get(vote.owner) ?? null })),
          isPassable: isPassable(checkpoint),
          approvedBy: approvalsOf(checkpoint).map(({ owner }) => owner),
        }));
        const { phase, coverage, revision } = rollout.state;
        return reply.header('etag', revisionTag(revision)).send({ phase, coverage, checkpoints });
      },
    );

    const options = {
      config: voters,
      // Where a vote needs no body, the validator wants one that it can look at.
      preValidation: async (request: FastifyRequest) => {
        request.body ??= null;
      },
    };
    const description =
      'Takes the place of your vote before. If-Match and Idempotency-Key as with the verbs; a rollback, a retry and a changed draft end it.';
    const response = { 200: RolloutSchema };
    app.post(
      at('approve'),
      {
        ...options,
        schema: { summary: 'Agree to pass a checkpoint', description, params, body: ApproveSchema, response },
      },
      (request, reply) => vote(request, reply, { verb: 'approve', ...request.body }),
    );
    app.post(
      at('decline'),
      {
        ...options,
        schema: { summary: 'Say no to passing a checkpoint', description, params, body: DeclineSchema, response },
      },
      (request, reply) => vote(request, reply, { verb: 'decline', ...request.body }),
    );

    async function vote(
      request: FastifyRequest,
      reply: FastifyReply,
      { reason, ...asked }: VoteWish & { readonly reason?: string },
    ) {
      const voted = await voteOnce(request, asked, reason, MAX_TRIES);
      deps.wakeController();
      return reply.header('etag', revisionTag(voted.state.revision)).send(voted);
    }

    /** Two who vote at the same moment do not contradict each other; one who named a revision wants to be told. */
    async function voteOnce(
      request: FastifyRequest,
      asked: VoteWish,
      reason: string | undefined,
      triesLeft: number,
    ): Promise<Rollout> {
      const { scope, rollout } = await findRollout(deps, request, request.params as Params);
      try {
        return await moveByHand(deps, request, { scope, rollout, asked, reason });
      } catch (error) {
        const isRace = error instanceof Problem && error.code === 'revisionMismatch';
        if (!isRace || triesLeft <= 1 || revisionCondition(request) !== undefined) throw error;
        return voteOnce(request, asked, reason, triesLeft - 1);
      }
    }
  };
