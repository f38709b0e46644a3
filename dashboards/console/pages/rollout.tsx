import { useMemo } from 'preact/hooks';
import type { Rollout } from '../api/answers.ts';
import { CoverageChart } from '../charts/coverage-chart.tsx';
import { EvidenceChart } from '../charts/evidence-chart.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { Allocation } from '../parts/rollout/allocation.tsx';
import { Approvals } from '../parts/rollout/approvals.tsx';
import { Exposures } from '../parts/rollout/exposures.tsx';
import { OpinionOnRollback } from '../parts/rollout/opinion.tsx';
import { Permitted } from '../parts/rollout/permitted.tsx';
import { Plan } from '../parts/rollout/plan.tsx';
import { RolloutHeader } from '../parts/rollout/rollout-header.tsx';
import { Steering } from '../parts/rollout/steering.tsx';
import { Timeline } from '../parts/rollout/timeline.tsx';
import { TreatmentPanel } from '../parts/rollout/treatment-panel.tsx';
import { Waiting } from '../parts/rollout/waiting.tsx';
import { type Move, movesIn } from '../state/moves.ts';
import { type ReadRollout, readRollout } from '../state/read-rollout.ts';
import { useReading } from '../state/use-reading.ts';

/** A rollout that has just begun is not drawn as a wall. */
const LEAST_RANGE_MS = 10_000;

/** Kinds of changes that are no moves. */
const VOTES = ['approve', 'decline'];

/** One rollout, live. */
export function RolloutPage({ rollout }: { readonly rollout: string }) {
  const reading = useReading<ReadRollout>({
    of: `rollout ${rollout}`,
    read: (api, before) => readRollout(api, rollout, before),
    concerns: (rollouts) => rollouts === null || rollouts.includes(rollout),
  });
  return (
    <ReadPage reading={reading}>{(content) => <RolloutContent content={content} again={reading.again} />}</ReadPage>
  );
}

function RolloutContent({ content, again }: { readonly content: ReadRollout; readonly again: () => void }) {
  const { rollout, explain, approvals, points, changes } = content;
  const moves = useMemo(() => movesIn(changes, rollout.state.generation), [changes, rollout.state.generation]);
  const drawn = moves.filter(({ kind }) => !VOTES.includes(kind));
  const assessment = explain.latestDecision?.assessment;
  const fromMs = Math.min(points[0]?.atMs ?? Number.POSITIVE_INFINITY, moves[0]?.atMs ?? 0);
  const untilMs = Math.max(points.at(-1)?.decidedAtMs ?? 0, moves.at(-1)?.atMs ?? 0, fromMs + LEAST_RANGE_MS);
  const range = [fromMs, untilMs] as const;
  return (
    <>
      <RolloutHeader content={content} again={again} />
      <Waiting content={content} />
      <OpinionOnRollback content={content} again={again} />
      <Approvals rollout={rollout} approvals={approvals} again={again} />
      <Steering rollout={rollout} verbs={explain.verbs} again={again} />
      {drawn.length > 0 && rollout.state.phase !== 'draft' && (
        <section class="panel grid gap-2" aria-labelledby="coverage">
          <h2 id="coverage">Coverage</h2>
          <CoverageChart moves={drawn} range={range} />
          {points.length > 1 && (
            <>
              <h2 class="mt-2">Evidence of harm</h2>
              <p class="quiet text-xs">
                All guardrails together. It may be looked at all the time: past the line, the rollout is rolled back.
              </p>
              <EvidenceChart points={points} range={range} />
            </>
          )}
        </section>
      )}
      {assessment?.treatments.map((treatment) => (
        <TreatmentPanel
          key={treatment.treatment}
          treatment={treatment}
          definition={rollout.definition}
          points={points}
          range={range}
        />
      ))}
      {assessment?.allocation && <Allocation allocation={assessment.allocation} admission={rollout.state.admission} />}
      {assessment && (
        <Exposures
          assessment={assessment}
          definition={rollout.definition}
          coverage={comparedAt(rollout, moves)}
          admission={rollout.state.admission}
        />
      )}
      <Timeline points={points} moves={moves} />
      {assessment?.envelope && explain.now !== null && (
        <Permitted envelope={assessment.envelope} pace={assessment.pace} />
      )}
      <Plan definition={rollout.definition} />
    </>
  );
}

/** Moves after which units are seen under another coverage, and the rollout goes on. */
const COVERAGE_MOVES = ['start', 'retry', 'ramp', 'stepBack', 'advance', 'jump', 'pin'];

/** The coverage that the newest comparison was made under: of a rollout that is over, the last one before its end. */
function comparedAt({ state }: Rollout, moves: readonly Move[]): number {
  const isOver = state.phase === 'completed' || state.phase === 'rolledBack';
  return isOver ? (moves.findLast(({ kind }) => COVERAGE_MOVES.includes(kind))?.coverage ?? 0) : state.coverage;
}
