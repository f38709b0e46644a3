import type { EvaluationDetails } from '../../../domain/index.ts';

/** Texts of the answers that a compiled flag gives again and again; they vanish together with the flag. */
const texts = new WeakMap<EvaluationDetails, string>();

/** The protocol's JSON for one flag: a failure, or a success whose missing `value` means the caller's own default. */
export function answerText(details: EvaluationDetails): string {
  if (!isShared(details)) return JSON.stringify(answerOf(details));
  const known = texts.get(details);
  if (known !== undefined) return known;
  const text = JSON.stringify(answerOf(details));
  texts.set(details, text);
  return text;
}

/** Answers with an exposure are objects of their own, and so are most errors: remembering those would be work for nothing. */
function isShared({ exposure, errorCode }: EvaluationDetails): boolean {
  return exposure === undefined && (errorCode === undefined || errorCode === 'PARSE_ERROR');
}

/** HTTP status of a single evaluation. */
export function statusOfAnswer({ errorCode }: EvaluationDetails): number {
  if (errorCode === undefined) return 200;
  return errorCode === 'FLAG_NOT_FOUND' ? 404 : 400;
}

function answerOf(details: EvaluationDetails): Readonly<Record<string, unknown>> {
  const { flagKey: key, value, variant, reason, errorCode, errorMessage, flagMetadata: metadata } = details;
  if (errorCode !== undefined) return { key, errorCode, errorDetails: errorMessage, metadata };
  return { key, reason, variant, value, metadata };
}
