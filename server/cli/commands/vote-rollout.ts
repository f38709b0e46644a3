import type { Command } from 'commander';
import type { CheckpointNow, Vote } from '../../../domain/index.ts';
import type { ApiClient } from '../api-client.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, percent, print, printJson, table } from '../output.ts';
import { callVerb, coverageOf, type MoveOptions, untilMsOf, verbCommand } from './verb-command.ts';

interface VoteOptions extends MoveOptions {
  readonly beyond?: string;
  readonly until?: string;
}

interface Approvals {
  readonly checkpoints: readonly (CheckpointNow & { readonly isPassable: boolean })[];
}

const MEANINGS = {
  approve: 'Agree that a rollout passes a checkpoint.',
  decline: 'Say no to passing a checkpoint; needs --reason.',
} as const;

/** `rollouts approve` and `decline`: a vote on the next checkpoint of a rollout, or on another one. */
export function addVoteRollout(parent: Command, env: Environment): void {
  for (const [verb, meaning] of Object.entries(MEANINGS)) {
    verbCommand(parent, `${verb} <rollout>`, meaning)
      .option('--beyond <percent>', 'which checkpoint, 0 for the start; default: the next one')
      .option('--until <time>', 'when the vote ends by itself: 90m, 2h, 3d, or a time; default: in a week')
      .action(async (rollout: string, options: VoteOptions) => {
        const client = connect(options, env);
        const beyond = options.beyond === undefined ? undefined : coverageOf(options.beyond);
        const untilMs = options.until === undefined ? undefined : untilMsOf(options.until, Date.now());
        const voted = await callVerb(client, rollout, verb, { reason: options.reason, beyond, untilMs }, options);
        if (options.json) return printJson(voted);
        print(tableOf(await readApprovals(client, rollout)));
      });
  }
}

/** `rollouts approvals`: the checkpoints ahead of a rollout, and who has voted. */
export function addListApprovals(parent: Command, env: Environment): void {
  withConnection(
    parent.command('approvals <rollout>').description('List the checkpoints ahead, and who has voted.'),
  ).action(async (rollout: string, options: ShowOptions) => {
    const approvals = await readApprovals(connect(options, env), rollout);
    if (options.json) return printJson(approvals);
    print(tableOf(approvals));
  });
}

function readApprovals(client: ApiClient, rollout: string): Promise<Approvals> {
  return client.call('GET', `/rollouts/${encodeURIComponent(rollout)}/approvals`);
}

function tableOf({ checkpoints }: Approvals): string {
  return table(
    ['BEYOND', 'NEEDS', 'OPEN', 'VOTES'],
    checkpoints.map(({ beyond, approvers, isPassable, votes, ownedBy }) => [
      beyond === 0 ? 'start' : percent(beyond),
      String(approvers),
      isPassable ? 'yes' : 'no',
      votes.map((vote) => voteText(vote, ownedBy)).join('; ') || 'none',
    ]),
  );
}

function voteText({ vote, owner, reason, untilMs }: Vote, ownedBy: readonly string[]): string {
  const does = vote === 'approve' ? 'approves' : 'declines';
  const counts = vote === 'approve' && ownedBy.includes(owner) ? ', does not count' : '';
  return `${owner} ${does} until ${moment(untilMs)}${reason === '' ? '' : ` (${reason})`}${counts}`;
}
