import { useMemo } from 'preact/hooks';
import { CoverageChart, movesIn } from '../charts/coverage-chart.tsx';
import { EvidenceChart } from '../charts/evidence-chart.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { Exposures } from '../parts/rollout/exposures.tsx';
import { Plan } from '../parts/rollout/plan.tsx';
import { RolloutHeader } from '../parts/rollout/rollout-header.tsx';
import { Timeline } from '../parts/rollout/timeline.tsx';
import { TreatmentPanel } from '../parts/rollout/treatment-panel.tsx';
import { Waiting } from '../parts/rollout/waiting.tsx';
import { type ReadRollout, readRollout } from '../state/read-rollout.ts';
import { useReading } from '../state/use-reading.ts';

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
  const { rollout, explain, points, changes } = content;
  const moves = useMemo(() => movesIn(changes, rollout.state.generation), [changes, rollout.state.generation]);
  const assessment = explain.latestDecision?.assessment;
  const untilMs = Math.max(points.at(-1)?.atMs ?? 0, moves.at(-1)?.atMs ?? 0);
  return (
    <>
      <RolloutHeader content={content} again={again} />
      <Waiting content={content} />
      {moves.length > 0 && (
        <section class="panel grid gap-2" aria-labelledby="coverage">
          <h2 id="coverage">Coverage</h2>
          <CoverageChart moves={moves} untilMs={untilMs} />
          {points.length > 1 && (
            <>
              <h2 class="mt-2">Evidence of harm</h2>
              <p class="quiet text-xs">
                All guardrails together. It may be looked at all the time: past the line, the rollout is rolled back.
              </p>
              <EvidenceChart points={points} />
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
        />
      ))}
      {assessment && <Exposures assessment={assessment} rollout={rollout} />}
      <Timeline points={points} moves={moves} />
      <Plan definition={rollout.definition} />
    </>
  );
}
