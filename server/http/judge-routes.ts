import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Judgement } from '../../controller/index.ts';
import { Problem } from '../../domain/index.ts';
import {
  FlaggerHookSchema,
  type JudgeInput,
  JudgeInputSchema,
  type JudgementAnswer,
  JudgementSchema,
} from '../../domain/schema/index.ts';
import { judgeRequest } from '../judge/judge-request.ts';
import { readJudgeInput } from '../judge/read-judge-input.ts';
import { FAIL_ON, type FailOn, isRefused } from '../judge/refuse-verdict.ts';
import type { Dependencies } from './dependencies.ts';
import { parseJson } from './json-body.ts';

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** Judgements at the same time: they share one thread with everything else. */
const MAX_AT_ONCE = 4;

const FailOnQuery = Type.Object({
  failOn: Type.Optional(
    Type.Enum([...FAIL_ON], {
      description: 'Verdicts answered by 412: fail; inconclusive: all but pass; noHarm: all but fail.',
    }),
  ),
});

/** Whoever may send figures that decide may also ask what they say; nothing is stored. */
const access = ['ingest', 'admin'] as const;

/** Verdicts on windows that the caller sends or names, for tools that roll out by themselves. */
export const judgeRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    let atOnce = 0;
    const answer = async (
      input: JudgeInput,
      failOn: FailOn | undefined,
      reply: FastifyReply,
    ): Promise<JudgementAnswer> => {
      if (atOnce >= MAX_AT_ONCE) {
        reply.header('retry-after', 1);
        throw new Problem('tooManyRequests', `${MAX_AT_ONCE} judgements are under way, and no more at the same time`);
      }
      atOnce += 1;
      try {
        const judgement = await judgeRequest(deps, input, stopOf(reply));
        if (failOn !== undefined) requireVerdict(judgement, failOn);
        return judgement as JudgementAnswer;
      } finally {
        atOnce -= 1;
      }
    };

    app.post(
      '/judge',
      {
        config: { access },
        bodyLimit: BODY_LIMIT_BYTES,
        schema: {
          summary: 'Judge windows of several variants, storing nothing',
          description:
            'Windows come in the body, or from Prometheus. docs/judge.md has it for Argo Rollouts and Flagger.',
          querystring: FailOnQuery,
          body: JudgeInputSchema,
          response: { 200: JudgementSchema },
        },
      },
      (request, reply) => answer(request.body, request.query.failOn, reply),
    );

    app.post(
      '/judge/flagger',
      {
        config: { access, takesBasic: true },
        schema: {
          summary: 'The same for a webhook of Flagger, whose metadata hold the request',
          description: 'Without failOn, the verdict fail is answered by 412.',
          querystring: FailOnQuery,
          body: FlaggerHookSchema,
          response: { 200: JudgementSchema },
        },
      },
      (request, reply) => {
        const value = parseJson(Buffer.from(request.body.metadata.request));
        const input = readJudgeInput(value, '/metadata/request');
        return answer(input, request.query.failOn ?? 'fail', reply);
      },
    );
  };

function requireVerdict({ summary, reasons }: Judgement, failOn: FailOn): void {
  if (!isRefused(summary, failOn)) return;
  const messages = reasons.length === 0 ? [summary.reason] : reasons.map(({ message }) => message);
  throw new Problem('verdictRefused', `the verdict is ${summary.verdict}: ${messages.join('; ')}`);
}

/** Aborts when the caller has gone, or has its answer. */
function stopOf(reply: FastifyReply): AbortSignal {
  const stop = new AbortController();
  reply.raw.once('close', () => stop.abort());
  return stop.signal;
}
