import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RunOutcome } from '../../simulation/index.ts';

/** Outcomes of worlds that were played, kept line by line, so that a run can go on where it was interrupted. */
export class OutcomeFile {
  readonly #path: string;
  readonly outcomes: RunOutcome[] = [];

  /** Opens the file of runs with these inputs, or begins it; refuses one of other inputs. */
  constructor(path: string, inputs: unknown) {
    this.#path = path;
    const digest = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
    if (!existsSync(path)) writeFileSync(path, `${JSON.stringify({ inputs: digest })}\n`);
    const [head, ...lines] = readFileSync(path, 'utf8').split('\n');
    if ((JSON.parse(head ?? '{}') as { inputs?: string }).inputs !== digest) {
      throw new Error(`${path} holds outcomes of other scenarios or policies: name another folder, or delete it`);
    }
    // The line behind the last end of line was torn by an interruption.
    for (const line of lines.slice(0, -1)) this.outcomes.push(...(JSON.parse(line) as RunOutcome[]));
    writeFileSync(path, [head, ...lines.slice(0, -1), ''].join('\n'));
  }

  /** Keeps the outcomes of one world. */
  add(outcomes: readonly RunOutcome[]): void {
    this.outcomes.push(...outcomes);
    appendFileSync(this.#path, `${JSON.stringify(outcomes)}\n`);
  }
}
