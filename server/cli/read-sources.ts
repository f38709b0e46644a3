import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SourceText } from '../../gitops/index.ts';
import { usageError } from './cli-error.ts';

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Texts of files, of YAML and JSON files anywhere in folders, and of standard input for "-"; a usage error for what cannot be read. */
export async function readSources(paths: readonly string[]): Promise<readonly SourceText[]> {
  const files = await Promise.all(paths.map(filesIn));
  return Promise.all(
    files.flat().map(async (file) => ({
      file,
      text: file === '-' ? await text(process.stdin) : await readable(file, readFile(file, 'utf8')),
    })),
  );
}

async function filesIn(path: string): Promise<readonly string[]> {
  if (path === '-' || !(await readable(path, stat(path))).isDirectory()) return [path];
  const entries = await readable(path, readdir(path, { recursive: true, withFileTypes: true }));
  return entries
    .filter((entry) => entry.isFile() && EXTENSIONS.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readable<T>(path: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw usageError(`${path} cannot be read: ${(error as Error).message}`);
  });
}
