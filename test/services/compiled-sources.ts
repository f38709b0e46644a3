import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What runs as Node.js loads it, and is not transformed for tests. */
export const COMPILED = new RegExp(`^${join(ROOT, 'dist')}/`);

/** Tests themselves, and the package that is compiled by itself, with what it takes from others beside it. */
const STAY = new RegExp(`^${ROOT}(test|provider)/`);

/**
 * Gives tests the compiled file where they import a source: modules that were transformed are slower to load and to
 * run, and a worker thread would have to compile its own, each time that it starts.
 *
 * For runs that compile before they start; sources that nothing was compiled from stay as they are.
 */
export function compiledSources(): Plugin {
  return { name: 'compiled-sources', enforce: 'pre', resolveId: compiledOf };
}

function compiledOf(specifier: string, importer: string | undefined): string | null {
  if (importer === undefined || !/^\.\.?\/.*\.ts$/.test(specifier)) return null;
  const source = resolve(dirname(importer), specifier);
  const compiled = join(ROOT, 'dist', relative(ROOT, source).replace(/\.ts$/, '.js'));
  return !STAY.test(source) && existsSync(source) && existsSync(compiled) ? compiled : null;
}
