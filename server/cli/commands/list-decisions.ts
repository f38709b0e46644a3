import type { Command } from 'commander';
import type { ListedDecision } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, percent, print, printJson, table } from '../output.ts';

interface DecisionsOptions extends ShowOptions {
  readonly limit: string;
  readonly applied?: boolean;
}

/** `rollouts decisions`: the decision log, newest first. */
export function addListDecisions(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('decisions <rollout>')
      .description('Print the decision log, newest first.')
      .option('--limit <number>', 'how many', '20')
      .option('--applied', 'only decisions that took effect'),
  ).action(async (rollout: string, options: DecisionsOptions) => {
    const query = new URLSearchParams({ limit: options.limit, onlyApplied: String(options.applied === true) });
    const { decisions } = await connect(options, env).call<{ readonly decisions: readonly ListedDecision[] }>(
      'GET',
      `/rollouts/${encodeURIComponent(rollout)}/decisions?${query}`,
    );
    if (options.json) return printJson({ decisions });
    const rows = decisions.map(({ decidedAtMs, decision, wasApplied }) => [
      moment(decidedAtMs),
      decision.action,
      percent(decision.coverage),
      wasApplied ? 'yes' : 'no',
      decision.reasons.map(({ code }) => code).join(', '),
    ]);
    print(table(['AT', 'DECISION', 'COVERAGE', 'APPLIED', 'REASONS'], rows));
  });
}
