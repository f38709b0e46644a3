import type { Command } from 'commander';
import type { ApplyOptions } from '../apply-files.ts';
import { type Environment, withConnection } from '../connection.ts';

/** `apply`: brings an environment to what files say. */
export function addApply(program: Command, env: Environment): void {
  withConnection(
    program
      .command('apply <paths...>')
      .description('Bring flags, rules, settings and rollouts to what YAML or JSON files say ("-": standard input).')
      .option('--dry-run', 'only show what would change')
      .option('--check', 'only show what would change, and end with 1 if anything would'),
  ).action(async (paths: string[], options: ApplyOptions) => {
    // Loaded when asked for, so that no other command waits for it.
    const { applyFiles } = await import('../apply-files.ts');
    await applyFiles(paths, options, env);
  });
}
