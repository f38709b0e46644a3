import type { Command } from 'commander';

/** A word that can come next, and what it means. */
export interface NextWord {
  readonly word: string;
  readonly meaning: string;
}

/** A place in the command line, "" or "rollouts start", and what can come there. */
export interface CompletionPoint {
  readonly path: string;
  readonly words: readonly NextWord[];
}

/** What a shell has to know of a command line. */
export interface Completion {
  readonly points: readonly CompletionPoint[];
  /** Options that a value follows wherever they are known. */
  readonly valued: readonly string[];
}

/** What a shell has to know of a program. */
export function completionOf(program: Command): Completion {
  return { points: completionPoints(program), valued: valuedOptions(program) };
}

/** Every place of a command line, outer ones first. */
function completionPoints(command: Command, path = ''): readonly CompletionPoint[] {
  const commands = command.commands.map((child) => ({ word: child.name(), meaning: child.description() }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) =>
    argChoices.map((word) => ({ word, meaning: command.description() })),
  );
  const options = command.options.flatMap(({ long, description }) =>
    long ? [{ word: long, meaning: description }] : [],
  );
  const words = [...commands, ...choices, ...options, { word: '--help', meaning: 'Say what is possible here.' }];
  const below = command.commands.flatMap((child) =>
    completionPoints(child, path === '' ? child.name() : `${path} ${child.name()}`),
  );
  return [{ path, words }, ...below];
}

function valuedOptions(command: Command): readonly string[] {
  const all = allOptions(command);
  const without = new Set(all.filter(({ required, optional }) => !required && !optional).map(({ long }) => long));
  return [...new Set(all.flatMap(({ long }) => (long && !without.has(long) ? [long] : [])))].sort();
}

function allOptions(command: Command): Command['options'] {
  return [...command.options, ...command.commands.flatMap(allOptions)];
}
