import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Path relative to the repository, with slashes → text. */
export type SourceTree = ReadonlyMap<string, string>;

/** Reads the TypeScript sources of some folders, pages included. */
export function readSources(root: string, folders: readonly string[]): SourceTree {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
      .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path)),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm;

/** The text without its comments; strings that look like comments are not told apart, which our sources do not need. */
export function codeOf(text: string): string {
  return text.replace(COMMENTS, '');
}

/** What a file imports, re-exports or starts by its address: packages by name, files by their path in the tree. */
export function importsOf(path: string, text: string): readonly string[] {
  const code = codeOf(text);
  const specifiers = [
    ...code.matchAll(/\bfrom\s+'([^']+)'/g),
    ...code.matchAll(/\bimport\s+'([^']+)'/g),
    ...code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g),
    ...code.matchAll(/new URL\(\s*[`']([^`']+(?:\.[jt]s|\}))[`'],\s*import\.meta\.url/g),
  ].map((match) => match[1]!);
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.(js|\$\{.*)$/, '.ts')
      : specifier,
  );
}
