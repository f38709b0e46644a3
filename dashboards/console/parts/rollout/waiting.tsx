import type { Decision } from '../../api/answers.ts';
import { percentOfShare } from '../../format/numbers.ts';
import type { ReadRollout } from '../../state/read-rollout.ts';
import { Moment } from '../moment.tsx';

/** What is decided at this moment and what it waits for; of a rollout that is over, why it ended. */
export function Waiting({ content: { rollout, explain, changes } }: { readonly content: ReadRollout }) {
  const { now, latestDecision } = explain;
  const { state, definition } = rollout;
  if (now !== null) {
    const next = definition.stages.find(({ coverage }) => coverage > state.coverage)?.coverage;
    return (
      <Box title={now.action === 'hold' ? 'Waits for' : 'Decides now'}>
        <Reasons decision={now} />
        <p class="quiet text-xs">
          {next === undefined
            ? 'The next move is to complete.'
            : `The next stage is ${percentOfShare(next)}${limitOf(permittedBy(explain))}.`}
        </p>
      </Box>
    );
  }
  if (state.phase === 'draft') {
    return (
      <Box title="A draft">
        <p>Nobody is served the treatment yet. Start it when the flag and the plan below are as they should be.</p>
        {explain.restrictions.length > 0 && <Reasons decision={{ reasons: explain.restrictions }} />}
      </Box>
    );
  }
  const last = changes.find(({ kind }) => kind === 'rollback' || kind === 'complete');
  if (last === undefined) return null;
  const isByHand = last.actor !== 'controller';
  const { reason } = last.payload as { readonly reason?: string | null };
  return (
    <Box title={state.phase === 'completed' ? 'Why it completed' : 'Why it was rolled back'}>
      {isByHand || latestDecision === null ? (
        <p>
          By hand, {reason ? `“${reason}”` : 'without a reason'} ({last.actor}, <Moment atMs={last.atMs} />)
        </p>
      ) : (
        <Reasons decision={latestDecision.decision} />
      )}
    </Box>
  );
}

function permittedBy({ latestDecision }: ReadRollout['explain']): number | null {
  return latestDecision?.assessment.riskBudget?.permittedCoverage ?? null;
}

function limitOf(permitted: number | null): string {
  return permitted === null ? '' : `; what is left of the risk budget permits up to ${percentOfShare(permitted)}`;
}

function Box({ title, children }: { readonly title: string; readonly children: preact.ComponentChildren }) {
  return (
    <section class="panel grid gap-2" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** The reasons of a decision, and what would release each. */
export function Reasons({ decision }: { readonly decision: Pick<Decision, 'reasons'> }) {
  return (
    <ul class="grid gap-2">
      {decision.reasons.map(({ code, message, releasedBy }) => (
        <li key={message} class="grid items-baseline gap-x-3 gap-y-1 sm:grid-cols-[10.5rem_1fr]">
          <code class="badge badge-ghost badge-sm justify-self-start">{code}</code>
          <span class="min-w-0">
            {message}
            {releasedBy && <span class="quiet"> — {releasedBy}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
