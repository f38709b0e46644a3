import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { RunOutcome } from '../simulation/index.ts';
import { WrongInput } from './wrong-input.ts';

/** Outcomes of worlds that were played, kept line by line, so that a run can go on where it was interrupted. */
export class OutcomeFile {
  readonly #path: string;
  readonly #worlds = new Map<string, readonly RunOutcome[]>();

  /** Opens the file of runs with these inputs, or begins it; refuses one of other inputs. */
  constructor(path: string, inputs: unknown) {
    this.#path = path;
    const digest = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
    if (!existsSync(path)) writeFileSync(path, `${JSON.stringify({ inputs: digest })}\n`);
    const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
    if (inputsIn(head) !== digest) {
      throw new WrongInput(
        `${path} holds outcomes of other scenarios, policies or traces: name another folder, or delete it`,
      );
    }
    // The line behind the last end of line was torn by an interruption.
    for (const line of lines.slice(0, -1)) this.#keep(JSON.parse(line) as RunOutcome[]);
    writeFileSync(path, [head, ...lines.slice(0, -1), ''].join('\n'));
  }

  /** The outcomes of one world by policy, in the order in which they were played; undefined for one not played yet. */
  of(scenario: string, seed: number): readonly RunOutcome[] | undefined {
    return this.#worlds.get(worldKey(scenario, seed));
  }

  /** Keeps the outcomes of one world. */
  add(outcomes: readonly RunOutcome[]): void {
    this.#keep(outcomes);
    appendFileSync(this.#path, `${JSON.stringify(outcomes)}\n`);
  }

  #keep(outcomes: readonly RunOutcome[]): void {
    const [first] = outcomes;
    if (first !== undefined) this.#worlds.set(worldKey(first.scenario, first.seed), outcomes);
  }
}

function inputsIn(head: string): unknown {
  try {
    return (JSON.parse(head) as { readonly inputs?: unknown }).inputs;
  } catch {
    return undefined;
  }
}

function worldKey(scenario: string, seed: number): string {
  return `${scenario} ${seed}`;
}
