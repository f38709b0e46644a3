import type { EvaluationDetails } from '../../../domain/index.ts';
import { answerJson } from './answer-json.ts';

const START = Buffer.from('{"flags":[');
const COMMA = 0x2c;

/** The protocol's JSON for many flags; `end` is what follows the last of them. */
export function bulkJson(answers: readonly EvaluationDetails[], end: Buffer): Buffer {
  // Bytes that are ready are copied once; a text would be when it is joined, when it follows its header, when it is encoded.
  const parts = answers.map(answerJson);
  const commaCount = Math.max(0, parts.length - 1);
  let size = START.length + commaCount + end.length;
  for (const part of parts) size += part.length;

  // Memory of its own: in Node's pool, a small body that is kept would keep all that lies beside it.
  const body = Buffer.allocUnsafeSlow(size);
  body.set(START);
  let at = START.length;
  for (const part of parts) {
    if (at > START.length) body[at++] = COMMA;
    body.set(part, at);
    at += part.length;
  }
  body.set(end, at);
  return body;
}
