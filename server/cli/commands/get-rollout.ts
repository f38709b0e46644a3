import type { Command } from 'commander';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { printJson } from '../output.ts';

/** `rollouts get`: definition and state of a rollout. */
export function addGetRollout(parent: Command, env: Environment): void {
  withConnection(parent.command('get <rollout>').description('Print the definition and state of a rollout.')).action(
    async (rollout: string, options: ShowOptions) => {
      printJson(await connect(options, env).call('GET', `/rollouts/${encodeURIComponent(rollout)}`));
    },
  );
}
