import type { HealthAssessment, HistoryPoint, Rollout } from '../../api/answers.ts';
import type { TimeChartProps } from '../../charts/time-chart.tsx';
import { EvidenceBar } from '../evidence-bar.tsx';
import { GuardrailCard } from './guardrail-card.tsx';

/** One treatment against control: the evidence of all guardrails, and each of them. */
export function TreatmentPanel({
  treatment,
  definition,
  points,
  range,
}: {
  readonly treatment: HealthAssessment['treatments'][number];
  readonly definition: Rollout['definition'];
  readonly points: readonly HistoryPoint[];
  readonly range: TimeChartProps['range'];
}) {
  return (
    <section class="panel grid gap-6" aria-label={`${treatment.treatment} against ${definition.control}`}>
      <div class="grid items-center gap-x-8 gap-y-2 md:grid-cols-[1fr_20rem]">
        <h2>
          <span class="text-primary">{treatment.treatment}</span> against {definition.control}
        </h2>
        <EvidenceBar label="all guardrails now" log10={treatment.nowLog10} lineLog10={treatment.combined.lineLog10} />
      </div>
      <div class="grid divide-y divide-base-300">
        {treatment.guardrails.map((guardrail) => (
          <GuardrailCard
            key={guardrail.metric}
            guardrail={guardrail}
            treatment={treatment.treatment}
            metric={definition.metrics.find(({ metric }) => metric === guardrail.metric)}
            points={points}
            range={range}
          />
        ))}
      </div>
    </section>
  );
}
