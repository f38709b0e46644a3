import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Runs that were made, kept line by line, so that a command that was interrupted goes on where it was. */
export class RunFile<Run> {
  readonly #path: string;
  readonly #runs = new Map<string, Run>();

  /** Opens the file of runs with these inputs, or begins it; one of other inputs begins anew. */
  constructor(path: string, inputs: unknown) {
    this.#path = path;
    const head = JSON.stringify({ inputs });
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    // The line behind the last end of line was torn by an interruption.
    const kept = lines[0] === head ? lines.slice(1, -1) : [];
    for (const line of kept) {
      const { key, run } = JSON.parse(line, revive) as { key: string; run: Run };
      this.#runs.set(key, run);
    }
    writeFileSync(path, [head, ...kept, ''].join('\n'));
  }

  /** The run of this key; undefined when it was not made yet. */
  of(key: string): Run | undefined {
    return this.#runs.get(key);
  }

  /** Keeps a run. */
  add(key: string, run: Run): void {
    this.#runs.set(key, run);
    appendFileSync(this.#path, `${JSON.stringify({ key, run }, pack)}\n`);
  }
}

/** Vectors are most of it, and shorter so; with all of their bits, so that a command that goes on ends as one that was never interrupted. */
function pack(name: string, value: unknown): unknown {
  const isVector = (name === 'features' || name === 'vector') && Array.isArray(value);
  return isVector ? Buffer.from(Float64Array.from(value as number[]).buffer).toString('base64') : value;
}

function revive(name: string, value: unknown): unknown {
  if ((name !== 'features' && name !== 'vector') || typeof value !== 'string') return value;
  const bytes = Buffer.from(value, 'base64');
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(8 * index));
}
