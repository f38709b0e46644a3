import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '../../domain/index.ts';

/** Outputs of the steps of training runs, so that a run that was cut off need not begin at its beginning. */
export interface KeptSteps {
  /** undefined when nothing, or nothing legible, was kept. */
  read(runId: string, step: string): Promise<JsonValue | undefined>;
  write(runId: string, step: string, output: JsonValue): Promise<void>;
  forget(runId: string): Promise<void>;
}

/** Keeps nothing: a run begins again from its start, and comes to the same. */
const NO_STEPS: KeptSteps = {
  read: async () => undefined,
  write: async () => {},
  forget: async () => {},
};

/** Steps as files in a folder; null: none are kept. They only save time, so a file that is missing, torn or of no use is no failure. */
export function stepsInFolder(folder: string | null): KeptSteps {
  if (folder === null) return NO_STEPS;
  const fileOf = (runId: string, step: string) => join(folder, encodeURIComponent(runId), `${step}.json`);
  return {
    read: async (runId, step) => {
      try {
        return JSON.parse(await readFile(fileOf(runId, step), 'utf8')) as JsonValue;
      } catch {
        return undefined;
      }
    },
    write: async (runId, step, output) => {
      const file = fileOf(runId, step);
      try {
        await mkdir(join(folder, encodeURIComponent(runId)), { recursive: true });
        await writeFile(`${file}.new`, JSON.stringify(output));
        // A rename is whole or not at all.
        await rename(`${file}.new`, file);
      } catch {
        // A full or read-only disk costs time, not the run.
      }
    },
    forget: async (runId) => rm(join(folder, encodeURIComponent(runId)), { recursive: true, force: true }),
  };
}
