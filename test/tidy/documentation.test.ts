import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../server/cli/program.ts';
import { commandLines, unknownIn } from './command-lines.ts';
import { anchorsOf, linksOf } from './links.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const linked = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...pages.map((name) => `docs/${name}`)];

/** Links of a page that lead nowhere. */
function brokenLinks(path: string, text: string): readonly string[] {
  return linksOf(text).flatMap((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : relative(root, join(root, dirname(path), file));
    if (!existsSync(join(root, target))) return [`${path}: ${link} is not there`];
    if (anchor === undefined || !target.endsWith('.md')) return [];
    const anchors = anchorsOf(target === path ? text : read(target));
    return anchors.includes(anchor) ? [] : [`${path}: ${link} has no such heading`];
  });
}

describe('the documentation', () => {
  it('has no link that leads nowhere', () => {
    expect(linked.flatMap((path) => brokenLinks(path, read(path)))).toEqual([]);
  });

  it('has every page in its index', () => {
    const index = linksOf(read('docs/README.md')).map((link) => link.split('#')[0]);
    expect(pages.filter((name) => name !== 'README.md' && !index.includes(name))).toEqual([]);
  });

  it('explains every reason of a decision in troubleshooting, and no other', () => {
    const union = /export type ReasonCode =([\s\S]*?);\n/.exec(read('domain/decision.ts'))![1]!;
    const codes = [...union.matchAll(/\| '(\w+)'/g)].map((match) => match[1]!);
    expect(codes.length).toBeGreaterThan(30);
    const explained = [...read('docs/troubleshooting.md').matchAll(/^### `(\w+)`$/gm)].map((match) => match[1]!);
    expect([...explained].sort()).toEqual([...codes].sort());
  });

  it('types commands, arguments and options that exist', () => {
    const program = createProgram({});
    const typed = pages.flatMap((name) => commandLines(read(`docs/${name}`)).map((line) => ({ name, line })));
    expect(typed.length).toBeGreaterThan(50);
    expect(typed.flatMap(({ name, line }) => unknownIn(program, line).map((fault) => `${name}: ${fault}`))).toEqual([]);
  });
});

describe('the rules for documentation bite', () => {
  it('finds links to files and headings that are not there', () => {
    const text =
      '# Here\n\n[a](nowhere.md) [b](#here) [c](#there) [d](README.md#no) `[e](code.md)` [f](https://x.example/y.md)';
    expect(brokenLinks('docs/cli.md', text)).toEqual([
      'docs/cli.md: nowhere.md is not there',
      'docs/cli.md: #there has no such heading',
      'docs/cli.md: README.md#no has no such heading',
    ]);
  });

  it('finds commands, options and arguments that are not there', () => {
    const program = createProgram({});
    expect(unknownIn(program, 'rampwright rollouts explain express-checkout')).toEqual([]);
    for (const line of [
      'rampwright rollouts exlpain x',
      'rampwright rollouts explain',
      'rampwright rollouts explain x --verbose',
      'rampwright frobnicate',
      'rampwright keys create shop',
    ])
      expect(unknownIn(program, line), line).toHaveLength(1);
  });
});
