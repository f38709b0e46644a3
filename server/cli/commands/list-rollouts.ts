import type { Command } from 'commander';
import type { Rollout } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { percent, print, printJson, table } from '../output.ts';
import { allPages } from '../pages.ts';

/** `rollouts list`: all rollouts of an environment. */
export function addListRollouts(parent: Command, env: Environment): void {
  withConnection(parent.command('list').description('List the rollouts.')).action(async (options: ShowOptions) => {
    const rollouts = await allPages<Rollout>(connect(options, env), '/rollouts', {
      itemsOf: (answer) => answer['rollouts'] ?? [],
      keyOf: ({ definition }) => definition.rollout,
    });
    if (options.json) return printJson({ rollouts });
    const rows = rollouts.map(({ definition, state }) => [
      definition.rollout,
      definition.flag,
      state.isArchived ? `${state.phase} (archived)` : state.phase,
      percent(state.coverage),
    ]);
    print(table(['ROLLOUT', 'FLAG', 'PHASE', 'COVERAGE'], rows));
  });
}
