import type { Command } from 'commander';
import type { Verb } from '../../../controller/index.ts';
import type { Rollout } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { percent, print, printJson } from '../output.ts';

interface MoveOptions extends ShowOptions {
  readonly reason?: string;
}

const MEANINGS: Readonly<Record<Verb, string>> = {
  start: 'Start a draft at its first stage.',
  pause: 'Stop ramps; guardrails stay armed.',
  resume: 'Let a paused rollout go on.',
  rollback: 'Serve the control to everybody again; always possible.',
  complete: 'Serve the treatment to everybody now.',
  archive: 'Take a rollout that is over out of force.',
};

/** `rollouts start`, `pause` and the other verbs: moves a rollout by hand. */
export function addMoveRollout(parent: Command, env: Environment): void {
  for (const [verb, meaning] of Object.entries(MEANINGS)) {
    withConnection(
      parent.command(`${verb} <rollout>`).description(meaning).option('--reason <text>', 'why, for the history'),
    ).action(async (rollout: string, options: MoveOptions) => {
      const moved = await connect(options, env).call<Rollout>(
        'POST',
        `/rollouts/${encodeURIComponent(rollout)}/${verb}`,
        {
          body: options.reason === undefined ? {} : { reason: options.reason },
        },
      );
      if (options.json) return printJson(moved);
      print(
        `"${rollout}" is ${moved.state.phase} at ${percent(moved.state.coverage)}${moved.state.isArchived ? ', archived' : ''}.`,
      );
    });
  }
}
