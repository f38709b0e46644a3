import { type Command, Option } from 'commander';
import type { JudgeOptions } from '../judge-file.ts';

/** `judge`: a verdict on windows in a file, without a server. */
export function addJudge(program: Command): void {
  program
    .command('judge <file>')
    .description('Judge the windows in a file ("-": standard input), without a server.')
    .addOption(
      new Option('--fail-on <verdict>', 'exit with 1 on this verdict and worse ones, else with 0').choices([
        'fail',
        'inconclusive',
      ]),
    )
    .option('--json', 'print the judgement as JSON')
    .action(async (file: string, options: JudgeOptions) => {
      // Loaded when asked for: what reads a judgement costs every other command half a second.
      const { judgeFile } = await import('../judge-file.ts');
      await judgeFile(file, options);
    });
}
