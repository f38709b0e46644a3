import { type Command, Option } from 'commander';
import { type Environment, withConnection } from '../connection.ts';
import type { ReplayOptions } from '../replay/replay-records.ts';

/** `replay`: what another policy, model or plan would have made of a recorded rollout. */
export function addReplay(program: Command, env: Environment): void {
  withConnection(
    program
      .command('replay <rollout>')
      .description('Make recorded decisions again, as they were or with other settings, and print what differs.')
      .option('--generation <number>', 'default: the newest that has records')
      .option(
        '--policy <policy>',
        'recorded, schedule, learned, learned:MODEL, thompson, linUcb or squareCb',
        'recorded',
      )
      .option(
        '--appetite <appetite>',
        'how much a learned policy minds harm against waiting: careful, balanced, fast, or weights of your own (harm=200,hours=4,…)',
      )
      .addOption(
        new Option('--risk-model <use>', 'what an alarm of the risk model may do').choices(['off', 'hold', 'rollback']),
      )
      .option('--plan <file>', 'another plan of the rollout, as files for apply have it ("-": standard input)'),
  ).action(async (rollout: string, options: ReplayOptions) => {
    // Loaded when asked for: what decides costs every other command half a second.
    const { replayRecords } = await import('../replay/replay-records.ts');
    await replayRecords(rollout, options, env);
  });
}
