import type { Command } from 'commander';

/** `serve`: the server, as `npm start` runs it. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('Start the server; environment variables configure it (docs/cli.md).')
    .action(async () => {
      await import('../../main.ts');
    });
}
