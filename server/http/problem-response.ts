import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, Problem, type ProblemCode, type Violation } from '../../domain/index.ts';

const STATUS: Readonly<Record<ProblemCode, number>> = {
  malformedBody: 400,
  invalidRequest: 400,
  nestedTooDeep: 400,
  bodyTooLarge: 413,
  unsupportedMediaType: 415,
  unauthenticated: 401,
  forbidden: 403,
  routeNotFound: 404,
  environmentNotFound: 404,
  tenantNotFound: 404,
  tenantExists: 409,
  userNotFound: 404,
  userExists: 409,
  environmentExists: 409,
  bucketingInUse: 409,
  flagNotFound: 404,
  invalidFlag: 422,
  flagInRollout: 409,
  rolloutNotFound: 404,
  rolloutExists: 409,
  invalidRollout: 422,
  rolloutNotDraft: 409,
  flagHasRollout: 409,
  groupHasRollout: 409,
  environmentFull: 409,
  restricted: 409,
  nothingToApprove: 409,
  secondPersonNeeded: 403,
  tooManyOverlays: 409,
  wrongPhase: 409,
  pinned: 409,
  notSteered: 409,
  notCleared: 409,
  requestRepeated: 422,
  stillNeeded: 409,
  revisionMismatch: 412,
  sourceNotFound: 404,
  invalidReport: 422,
  reportForUnknownRollout: 422,
  bucketingNotInFlagd: 409,
  tooManyStreams: 429,
  tooManyRequests: 429,
  quotaReached: 409,
  versionNotHere: 503,
  invalidJudgement: 422,
  verdictRefused: 412,
  prometheusFailed: 502,
  keyNotFound: 404,
  modelNotFound: 404,
  modelExists: 409,
  invalidModel: 422,
  modelCorrupt: 409,
  wrongModelState: 409,
  trainingRunActive: 409,
  noTrainer: 409,
  trainingRunNotFound: 404,
  trainingRunOver: 409,
  webhookNotFound: 404,
  webhookExists: 409,
  tooManyWebhooks: 409,
  webhookForbidden: 422,
  jobsUnavailable: 503,
  invalidJob: 422,
  unavailable: 503,
  internal: 500,
};

/** HTTP status of a problem. */
export function statusOf(code: ProblemCode): number {
  return STATUS[code];
}

/** Answers with a problem document (RFC 9457) for anything that was thrown; the unexpected is logged and not shown. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'unexpected failure');
  const status = statusOf(problem.code);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', '30');
  if (status === 503) reply.header('retry-after', '2');
  const { title, fix } = PROBLEMS[problem.code];
  return reply
    .code(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:rampwright:problem:${problem.code}`,
        title,
        status,
        detail: problem.detail,
        fix,
        ...(problem.violations.length > 0 ? { violations: problem.violations } : {}),
        instance: request.id,
      }),
    );
}

/** The problem that an error stands for; anything unknown is `internal`, and its text stays in the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, message, validation, statusCode, validationContext } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const where = validationContext ?? 'body';
    return new Problem('invalidRequest', `the ${where} does not fit the schema`, validation.map(violationOf));
  }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('bodyTooLarge', 'more bytes than this path accepts');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupportedMediaType', 'this path takes JSON only');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('malformedBody', 'the body is empty');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem('malformedBody', 'Content-Length does not match the body');
    default:
      if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
        return new Problem('invalidRequest', message ?? 'bad request');
      return new Problem('internal', 'the server could not finish this request');
  }
}

interface ValidationFault {
  readonly instancePath?: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

function violationOf(fault: ValidationFault): Violation {
  const named =
    fault.params?.['additionalProperties'] ?? fault.params?.['requiredProperties'] ?? fault.params?.['allowedValues'];
  const names = Array.isArray(named) ? `: ${named.join(', ')}` : '';
  return { path: fault.instancePath ?? '', message: `${fault.message ?? 'is not valid'}${names}` };
}
