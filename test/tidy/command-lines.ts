import type { Command } from 'commander';

/** Command lines of `rampwright` in the shell blocks of a page, without their comments. */
export function commandLines(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map((match) => match[1]!);
  return blocks.flatMap((block) =>
    [...block.matchAll(/(?:^|\$\()(rampwright [^\n]*)/gm)].map((match) =>
      match[1]!
        .replace(/ +#.*$/, '')
        .split(/ [|&<>]| 2>|\)$/, 1)[0]!
        .trim(),
    ),
  );
}

/** What is wrong with a command line, by the real program: a command, an option or an argument that is not there. */
export function unknownIn(program: Command, line: string): readonly string[] {
  const words = [...line.matchAll(/"[^"]*"|\S+/g)].map((match) => match[0]).slice(1);
  const { command, rest } = find(program, words);
  if (command.commands.length > 0) return [`${line}: there is no such command`];
  const fault = parseFault(command, rest);
  return fault === undefined ? [] : [`${line}: ${fault}`];
}

function find(
  parent: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const child = parent.commands.find((command) => command.name() === words[0]);
  return child === undefined ? { command: parent, rest: words } : find(child, words.slice(1));
}

/** Has commander parse the words with an action that does nothing. */
function parseFault(command: Command, words: readonly string[]): string | undefined {
  try {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .action(() => {})
      .parse([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
