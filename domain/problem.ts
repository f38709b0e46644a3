/**
 * Every expected failure of the control plane: what it is called, and what the reader can do about it.
 * The HTTP status of each is mapped in the server; the detail sentence is added where the problem arises.
 */
export const PROBLEMS = {
  malformedBody: { title: 'The body is not JSON', fix: 'Send a JSON object with Content-Type: application/json.' },
  invalidRequest: {
    title: 'The request does not have the expected form',
    fix: 'Correct the fields named in "violations"; GET /openapi.json has the schema.',
  },
  bodyTooLarge: { title: 'The body is too large', fix: 'Send less at a time; the limit is named in the detail.' },
  nestedTooDeep: { title: 'The body is nested too deeply', fix: 'Keep JSON at most 32 levels deep.' },
  unsupportedMediaType: { title: 'The body has an unknown media type', fix: 'Send Content-Type: application/json.' },
  unauthenticated: {
    title: 'No valid API key or session',
    fix: 'Send Authorization: Bearer <key> or X-API-Key: <key> with a key that is not revoked, or sign in.',
  },
  forbidden: {
    title: 'The API key or user may not do this',
    fix: 'Use a key that has the scope and the environment named in the detail, or ask for a role that has it.',
  },
  routeNotFound: { title: 'There is nothing at this path', fix: 'GET /openapi.json lists the paths.' },
  environmentNotFound: {
    title: 'There is no such environment',
    fix: 'GET /api/v1/environments lists them; create one with POST.',
  },
  tenantNotFound: { title: 'There is no such tenant', fix: 'GET /api/v1/tenants lists them; create one with POST.' },
  tenantExists: { title: 'A tenant of this name exists', fix: 'Choose another name; names are never reused.' },
  userNotFound: { title: 'There is no such user', fix: 'GET /api/v1/users lists them; create one with POST.' },
  userExists: { title: 'A user of this name exists', fix: 'Choose another name; names are never reused.' },
  environmentExists: { title: 'An environment of this name exists', fix: 'Use it, or choose another name.' },
  bucketingInUse: {
    title: 'Units cannot be hashed in another way now',
    fix: 'Wait until no rollout is in progress: another bucketing moves every unit.',
  },
  flagNotFound: { title: 'There is no such flag', fix: 'List the flags of the environment, or create it with PUT.' },
  invalidFlag: { title: 'The flag definition cannot be used', fix: 'Correct the places named in "violations".' },
  flagInRollout: {
    title: 'A rollout needs this flag as it is',
    fix: 'Keep the variants that the rollout names, or roll it back first.',
  },
  rolloutNotFound: {
    title: 'There is no such rollout',
    fix: 'List the rollouts of the environment, or create it with POST.',
  },
  rolloutExists: { title: 'A rollout of this name exists', fix: 'Choose another name; names are never reused.' },
  invalidRollout: { title: 'The rollout definition cannot be used', fix: 'Correct the places named in "violations".' },
  rolloutNotDraft: {
    title: 'Only a draft can be changed',
    fix: 'Roll it back and create a new rollout with the new definition.',
  },
  flagHasRollout: {
    title: 'Another rollout of this flag is in progress',
    fix: 'Wait until it is over, or roll it back.',
  },
  groupHasRollout: {
    title: 'Another rollout of its exclusion group is in progress',
    fix: 'Wait until it is over, or roll it back.',
  },
  environmentFull: {
    title: 'As many rollouts are in progress as the environment allows',
    fix: 'Wait until one of those in the detail is over, roll one back, or raise "maxInProgress" in the settings.',
  },
  restricted: {
    title: 'The environment does not let the rollout go forward now',
    fix: 'Wait for what the detail names; a rollback or a pause is always possible.',
  },
  nothingToApprove: {
    title: 'There is no checkpoint of this kind ahead',
    fix: 'Read the approvals of the rollout: they name its checkpoints and where it stands.',
  },
  secondPersonNeeded: {
    title: 'Somebody else has to approve',
    fix: 'Ask somebody who neither planned nor started the rollout, with a key of their own that has the scope "approve".',
  },
  tooManyOverlays: {
    title: 'Too many completed rollouts are in force on this flag',
    fix: "Make the new variant the flag's default, then archive the completed rollouts.",
  },
  wrongPhase: {
    title: 'The rollout is not in a phase that allows this',
    fix: 'The detail says which phase it is in and what works now.',
  },
  pinned: {
    title: 'A person pinned the coverage of this rollout',
    fix: 'Unpin it, or wait until the pin ends; a rollback is always possible.',
  },
  notSteered: { title: 'There is nothing of this kind to take back', fix: 'Read the rollout: state.steering has it.' },
  notCleared: {
    title: 'The gates do not let the rollout advance',
    fix: 'Wait for what the detail names, or send "force": true with a reason.',
  },
  requestRepeated: {
    title: 'This Idempotency-Key has been used',
    fix: 'Send the same request to get its answer again, or choose another key.',
  },
  stillNeeded: {
    title: 'The rollout still decides what is served',
    fix: "Make the treatment the flag's default variant first.",
  },
  revisionMismatch: {
    title: 'Somebody else changed it in the meantime',
    fix: 'Read it again and repeat the change with the new revision in If-Match.',
  },
  sourceNotFound: {
    title: 'There is no such source',
    fix: 'List the sources of the environment, or its keys: a source is called by the id of its key.',
  },
  invalidReport: {
    title: 'The report cannot be counted',
    fix: 'Correct the rows named in "violations"; nothing of the report was stored.',
  },
  reportForUnknownRollout: {
    title: 'The report names a rollout that does not exist here',
    fix: 'Report only rollouts that the snapshot of this environment lists.',
  },
  bucketingNotInFlagd: {
    title: 'flagd cannot serve this environment alike',
    fix: 'Set the bucketing of the environment to "murmur3", or evaluate by the provider or over OFREP.',
  },
  tooManyStreams: {
    title: 'Too many streams are open with this key',
    fix: 'Give each group of processes a key of its own, or have them read through a flagd daemon.',
  },
  tooManyRequests: {
    title: 'The API key asks too often',
    fix: 'Wait as long as Retry-After says; raise RAMPWRIGHT_RATE_LIMIT if the load is meant.',
  },
  quotaReached: {
    title: 'The tenant has reached a quota',
    fix: 'Wait until some rollouts are over, or have who runs the server raise the quota.',
  },
  versionNotHere: {
    title: 'The announced flags have not arrived here yet',
    fix: 'Try again after the time in Retry-After.',
  },
  invalidJudgement: {
    title: 'There is nothing that could be judged like this',
    fix: 'Correct the places named in "violations"; docs/judge.md has examples.',
  },
  verdictRefused: {
    title: 'The verdict is one that failOn refuses',
    fix: 'Read the detail; the same request without failOn answers with the whole judgement.',
  },
  prometheusFailed: {
    title: 'Prometheus did not give what was asked for',
    fix: 'The detail says why, and what to do about it; nothing was judged.',
  },
  keyNotFound: { title: 'There is no such API key', fix: 'GET /api/v1/keys lists the keys.' },
  modelNotFound: {
    title: 'There is no such model',
    fix: 'List the models of the environment; their ids are never reused.',
  },
  modelExists: {
    title: 'A model of this id exists',
    fix: 'Register the model under another id; ids are never reused.',
  },
  invalidModel: { title: 'The model cannot be registered', fix: 'Correct what the detail names; nothing was stored.' },
  modelCorrupt: {
    title: 'The artefact is not the one that was registered',
    fix: 'Demote the model or promote another one; then find out what changed the database.',
  },
  wrongModelState: {
    title: 'The model is not in a state that allows this',
    fix: 'The detail says which state it is in.',
  },
  trainingRunActive: { title: 'A training run of this kind is active', fix: 'Wait until it is over, or cancel it.' },
  noTrainer: {
    title: 'There is nothing here that could train this',
    fix: 'Start the run on a server that has a trainer for this kind; the detail lists the kinds.',
  },
  trainingRunNotFound: { title: 'There is no such training run', fix: 'List the training runs of the environment.' },
  trainingRunOver: {
    title: 'The training run is over',
    fix: 'Read it to see how it ended; start another one if need be.',
  },
  webhookNotFound: {
    title: 'There is no such webhook',
    fix: 'List the webhooks of the environment, or create it with POST.',
  },
  webhookExists: { title: 'A webhook of this name exists', fix: 'Choose another name, or remove that one first.' },
  tooManyWebhooks: {
    title: 'The environment has as many webhooks as it may',
    fix: 'Remove one, or have one receiver pass messages on.',
  },
  webhookForbidden: {
    title: 'Webhooks may not be sent there',
    fix: 'Use https and a public address, or have the operator name the host in RAMPWRIGHT_WEBHOOK_HOSTS.',
  },
  jobsUnavailable: {
    title: 'The job queue cannot be reached',
    fix: 'See that Redis runs at REDIS_URL, or unset it to keep jobs in the database; the same job may be added again.',
  },
  invalidJob: { title: 'The job or schedule cannot be kept like this', fix: 'Correct what the detail names.' },
  unavailable: { title: 'The database cannot be reached', fix: 'Try again in a moment; evaluation goes on meanwhile.' },
  internal: { title: 'Something unexpected failed', fix: 'Look for the request id in the server log.' },
} as const satisfies Record<string, { readonly title: string; readonly fix: string }>;

/** The code of a problem. */
export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong with an input: where, what, and how to mend it. */
export interface Violation {
  /** JSON pointer into the input, "" for the whole. */
  readonly path: string;
  readonly message: string;
}

/** An expected failure on its way to the person who can mend it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly violations: readonly Violation[];

  constructor(code: ProblemCode, detail: string, violations: readonly Violation[] = []) {
    super(`${PROBLEMS[code].title}: ${detail}`);
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.violations = violations;
  }
}
