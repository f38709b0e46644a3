import type { Command } from 'commander';
import type { EnvelopeAssessment } from '../../../controller/index.ts';
import type { Decision, ListedDecision, Reason, RolloutState } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, percent, print, printJson } from '../output.ts';

interface Explanation {
  readonly state: RolloutState;
  readonly now: Decision | null;
  readonly latestDecision: Omit<ListedDecision, 'observation'> | null;
  readonly verbs: readonly string[];
}

/** `rollouts explain`: why a rollout stands where it stands, and what can be done. */
export function addExplainRollout(parent: Command, env: Environment): void {
  withConnection(parent.command('explain <rollout>').description('Say why a rollout stands where it stands.')).action(
    async (rollout: string, options: ShowOptions) => {
      const explanation = await connect(options, env).call<Explanation>(
        'GET',
        `/rollouts/${encodeURIComponent(rollout)}/explain`,
      );
      if (options.json) return printJson(explanation);
      print(textOf(rollout, explanation));
    },
  );
}

function textOf(rollout: string, { state, now, latestDecision, verbs }: Explanation): string {
  return [
    `"${rollout}" is ${state.phase} at ${percent(state.coverage)}, since ${moment(state.coverageSinceMs)}.`,
    latestDecision === null
      ? 'No decision has been made yet.'
      : `Latest decision, at ${moment(latestDecision.decidedAtMs)}: ${latestDecision.decision.action}`,
    ...(latestDecision?.decision.reasons ?? []).map(lineOf),
    ...permittedLines(latestDecision?.assessment),
    ...(now === null ? [] : [`At this moment: ${now.action}`, ...now.reasons.map(lineOf)]),
    verbs.length === 0 ? 'Nothing can be done by hand.' : `By hand: ${verbs.join(', ')}.`,
  ].join('\n');
}

/** What might have been done; decisions from before there was an envelope say nothing of it. */
function permittedLines(assessment: unknown): readonly string[] {
  const { envelope } = (assessment ?? {}) as { readonly envelope?: EnvelopeAssessment };
  return (envelope?.actions ?? []).map(({ action, coverage, isPermitted, refusedBy }) => {
    const what = action === 'hold' ? 'hold' : `${action} to ${percent(coverage)}`;
    return `  ${isPermitted ? 'permitted' : 'refused'}: ${what}${isPermitted ? '' : ` (${refusedBy.join(', ')})`}`;
  });
}

function lineOf({ code, message, releasedBy }: Reason): string {
  return `  ${code}: ${message}${releasedBy === undefined ? '' : ` (until: ${releasedBy})`}`;
}
