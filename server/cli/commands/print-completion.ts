import { Argument, type Command } from 'commander';

/** `completion`: the script with which a shell completes commands and options, made from the commands that there are. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print the completion script of a shell.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const [script, { completionOf }] = await Promise.all([
        SCRIPTS[shell](),
        import('../completion/completion-points.ts'),
      ]);
      process.stdout.write(script(completionOf(program)));
    });
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const SCRIPTS = {
  bash: async () => (await import('../completion/bash-completion.ts')).bashCompletion,
  zsh: async () => (await import('../completion/zsh-completion.ts')).zshCompletion,
  fish: async () => (await import('../completion/fish-completion.ts')).fishCompletion,
};
