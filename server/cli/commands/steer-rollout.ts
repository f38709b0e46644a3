import type { Command } from 'commander';
import { connect, type Environment } from '../connection.ts';
import {
  callVerb,
  coverageOf,
  forwardCommand,
  type MoveOptions,
  printMoved,
  untilMsOf,
  verbCommand,
} from './verb-command.ts';

interface TimedOptions extends MoveOptions {
  readonly until: string;
  readonly owner?: string;
}

/** `rollouts advance`, `jump`, `pin`, `override`, `restore` and `mode`: what a person says beside the plan. */
export function addSteerRollout(parent: Command, env: Environment): void {
  const move = async (rollout: string, verb: string, body: Readonly<Record<string, unknown>>, options: MoveOptions) =>
    printMoved(rollout, await callVerb(connect(options, env), rollout, verb, body, options), options);

  forwardCommand(parent, 'advance <rollout>', 'Go on now as far as the gates permit, without the rest of the dwell.')
    .option('--force', 'to the next stage, whatever the gates say; needs --reason')
    .action((rollout: string, options: MoveOptions & { readonly force?: boolean }) =>
      move(
        rollout,
        'advance',
        { reason: options.reason, force: options.force, overrideFreeze: options.overrideFreeze },
        options,
      ),
    );

  forwardCommand(
    parent,
    'jump <rollout> <percent>',
    'Go to a coverage within the plan, up or down; needs --reason.',
  ).action((rollout: string, percent: string, { reason, overrideFreeze, ...options }: MoveOptions) =>
    move(rollout, 'jump', { coverage: coverageOf(percent), reason, overrideFreeze }, options),
  );

  verbCommand(
    parent,
    'pin <rollout> [percent]',
    'Keep coverage where it is, or at a share, until a time; needs --reason.',
  )
    .requiredOption('--until <time>', 'when it ends by itself: 90m, 2h, 3d, or a time')
    .option('--owner <name>', 'whom to ask about it')
    .action((rollout: string, percent: string | undefined, { until, owner, ...options }: TimedOptions) => {
      const coverage = percent === undefined ? undefined : coverageOf(percent);
      return move(
        rollout,
        'pin',
        { coverage, owner, untilMs: untilMsOf(until, Date.now()), reason: options.reason },
        options,
      );
    });

  verbCommand(
    parent,
    'override <rollout> <metric>',
    'Have decisions ignore one guardrail until a time; needs --reason.',
  )
    .requiredOption('--until <time>', 'when it ends by itself: 90m, 2h, 3d, or a time')
    .option('--owner <name>', 'whom to ask about it')
    .action((rollout: string, metric: string, { until, owner, ...options }: TimedOptions) =>
      move(
        rollout,
        'override',
        { metric, owner, untilMs: untilMsOf(until, Date.now()), reason: options.reason },
        options,
      ),
    );

  verbCommand(parent, 'restore <rollout> <metric>', 'Let an overridden guardrail count again.').action(
    (rollout: string, metric: string, options: MoveOptions) =>
      move(rollout, 'restore', { metric, reason: options.reason }, options),
  );

  verbCommand(
    parent,
    'mode <rollout> <mode>',
    'Apply decisions (automatic), only say them (advise), or make none (off).',
  ).action((rollout: string, mode: string, options: MoveOptions) =>
    move(rollout, 'mode', { mode, reason: options.reason }, options),
  );
}
