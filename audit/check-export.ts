import { type AuditHead, canonicalJson, type Sha256 } from '../domain/index.ts';
import { type ChainFault, type ChainState, checkLine, START_OF_CHAIN } from './check-line.ts';

/** What came of checking an export. */
export interface ExportCheck {
  readonly head: AuditHead;
  /** null: nothing is missing, changed, moved or added. */
  readonly fault: ChainFault | null;
}

/**
 * Follows an exported chain to its last line, which says where the chain ended when it was exported.
 *
 * Whoever can write a whole file can also write one that is sound: compare the head with one that was kept elsewhere.
 */
export async function checkExport(
  lines: Iterable<string> | AsyncIterable<string>,
  sha256: Sha256,
): Promise<ExportCheck> {
  let state: ChainState = START_OF_CHAIN;
  let isOver = false;
  for await (const line of lines) {
    const { sequence, hash } = state;
    const failed = (message: string): ExportCheck => ({
      head: { sequence, hash },
      fault: { sequence: sequence + 1, message },
    });
    if (isOver) return failed('something follows the line that ends the export');
    if (line === headLine(state)) {
      isOver = true;
      continue;
    }
    const end = endOf(line);
    if (end !== undefined) return failed(`the export ends with entry ${sequence}, and should with entry ${end}`);
    const next = checkLine(state, line, sha256);
    if ('message' in next) return { head: { sequence, hash }, fault: next };
    state = next;
  }
  const { sequence, hash } = state;
  const fault = { sequence: sequence + 1, message: `after entry ${sequence} the line that ends the export is missing` };
  return { head: { sequence, hash }, fault: isOver ? null : fault };
}

/** The line that ends an export. */
export function headLine({ sequence, hash }: AuditHead): string {
  return canonicalJson({ head: { sequence, hash } });
}

/** The number in a line that ends another export than this. */
function endOf(line: string): number | undefined {
  const match = /^\{"head":\{"hash":"[0-9a-f]{64}","sequence":(\d+)\}\}$/.exec(line);
  return match === null ? undefined : Number(match[1]);
}
