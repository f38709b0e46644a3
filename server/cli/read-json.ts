import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { usageError } from './cli-error.ts';

/** The JSON of a file, or of standard input for "-"; a usage error when it cannot be read. */
export async function readJson(path: string): Promise<unknown> {
  const source = path === '-' ? await text(process.stdin) : await readText(path);
  try {
    return JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw usageError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
