import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../server/cli/program.ts';

const program = createProgram({});

describe('the documentation of the command line', () => {
  const documented = ['cli', 'import'].flatMap(commandLines);

  it('names only commands and options that exist', () => {
    for (const line of documented) {
      const words = line.split(' ');
      const command = commandOf(program, words);
      expect(command.commands, line).toEqual([]);
      const known = command.options.map(({ long }) => long);
      for (const option of words.filter((word) => word.startsWith('--'))) expect(known, line).toContain(option);
    }
  });

  it('names every command', () => {
    const paths = new Set(documented.map((line) => pathOf(commandOf(program, line.split(' ')))));
    expect([...paths].sort()).toEqual(leavesOf(program).map(pathOf).sort());
  });
});

/** Command lines in the shell blocks of a page, without their comments. */
function commandLines(page: string): readonly string[] {
  const text = readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!);
  return blocks.flatMap((block) => [...block.matchAll(/^rampwright (.*?)(?: +#.*)?$/gm)].map((match) => match[1]!));
}

function commandOf(parent: Command, words: readonly string[]): Command {
  const child = parent.commands.find((command) => command.name() === words[0]);
  return child === undefined ? parent : commandOf(child, words.slice(1));
}

function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
