import type { EvaluationDetails } from '../../../domain/index.ts';

/** Bytes of the answers that a compiled flag gives again and again; they vanish together with the flag. */
const kept = new WeakMap<EvaluationDetails, Buffer>();

/** The protocol's JSON for one flag: a failure, or a success whose missing `value` means the caller's own default. */
export function answerJson(details: EvaluationDetails): Buffer {
  if (!isShared(details)) return writeAnswer(details);
  const known = kept.get(details);
  if (known !== undefined) return known;
  const written = writeAnswer(details);
  kept.set(details, written);
  return written;
}

/** Answers with an exposure are objects of their own, and so are most errors: remembering those would be work for nothing. */
function isShared({ exposure, errorCode }: EvaluationDetails): boolean {
  return exposure === undefined && (errorCode === undefined || errorCode === 'PARSE_ERROR');
}

function writeAnswer(details: EvaluationDetails): Buffer {
  const { flagKey: key, value, variant, reason, errorCode, errorMessage, flagMetadata: metadata } = details;
  if (errorCode !== undefined) return bytesOf({ key, errorCode, errorDetails: errorMessage, metadata });
  return bytesOf({ key, reason, variant, value, metadata });
}

function bytesOf(answer: object): Buffer {
  return Buffer.from(JSON.stringify(answer));
}
