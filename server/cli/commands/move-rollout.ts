import type { Command } from 'commander';
import type { PlainVerb } from '../../../controller/index.ts';
import { connect, type Environment } from '../connection.ts';
import { callVerb, forwardCommand, type MoveOptions, printMoved, verbCommand } from './verb-command.ts';

const MEANINGS: Readonly<Record<PlainVerb, string>> = {
  start: 'Start a draft at its first stage.',
  pause: 'Stop ramps; guardrails stay armed.',
  resume: 'Let a paused rollout go on.',
  unpin: 'End a pin before its time.',
  rollback: 'Serve the control to everybody again; always possible.',
  complete: 'Serve the treatment to everybody now.',
  retry: 'Start a rollout that was rolled back anew, without the evidence of before.',
  archive: 'Take a rollout that is over out of force.',
};

/** Those that go forward. */
const FORWARD: readonly string[] = ['start', 'resume', 'complete', 'retry'] satisfies readonly PlainVerb[];

/** `rollouts start`, `pause` and the other verbs that need no more than a name: moves a rollout by hand. */
export function addMoveRollout(parent: Command, env: Environment): void {
  for (const [verb, meaning] of Object.entries(MEANINGS)) {
    const command = FORWARD.includes(verb) ? forwardCommand : verbCommand;
    command(parent, `${verb} <rollout>`, meaning).action(async (rollout: string, options: MoveOptions) => {
      const { reason, overrideFreeze } = options;
      const moved = await callVerb(connect(options, env), rollout, verb, { reason, overrideFreeze }, options);
      printMoved(rollout, moved, options);
    });
  }
}
