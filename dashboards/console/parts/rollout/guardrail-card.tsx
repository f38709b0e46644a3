import type { HealthAssessment, HistoryPoint, Rollout } from '../../api/answers.ts';
import { EffectChart } from '../../charts/effect-chart.tsx';
import type { TimeChartProps } from '../../charts/time-chart.tsx';
import { hasEstimate } from '../../format/effects.ts';
import { count, probability, ratio } from '../../format/numbers.ts';
import { span } from '../../format/times.ts';
import { EvidenceBar } from '../evidence-bar.tsx';
import { Segments } from './segments.tsx';
import { levelOf } from './side-level.ts';

type Guardrail = HealthAssessment['treatments'][number]['guardrails'][number];

const VERDICTS = {
  pass: ['badge-success', 'not worse'],
  fail: ['badge-error', 'worse'],
  inconclusive: ['badge-warning', 'not clear yet'],
  noData: ['badge-neutral', 'no data'],
} as const;

/** One guardrail: both sides, the effect with its interval and the margin, the evidence, and what a verdict needs. */
export function GuardrailCard({
  guardrail,
  treatment,
  metric,
  points,
  range,
}: {
  readonly guardrail: Guardrail;
  readonly treatment: string;
  readonly metric: Rollout['definition']['metrics'][number] | undefined;
  readonly points: readonly HistoryPoint[];
  readonly range: TimeChartProps['range'];
}) {
  const [colour, words] = VERDICTS[guardrail.verdict];
  const margin = metric?.margin ?? 0;
  const marginRatio = metric?.goodDirection === 'higher' ? 1 - margin : 1 + margin;
  return (
    <article
      class="grid gap-x-8 gap-y-3 py-5 first:pt-0 last:pb-0 md:grid-cols-[22rem_1fr]"
      aria-label={guardrail.metric}
    >
      <div class="grid content-start gap-3">
        <h3 class="flex items-center gap-2">
          {guardrail.metric} <span class={`badge badge-soft badge-sm ${colour}`}>{words}</span>
        </h3>
        <table class="figures w-full">
          <thead>
            <tr>
              <th scope="col">side</th>
              <th scope="col">{headOf(guardrail)}</th>
              <th scope="col">of units</th>
            </tr>
          </thead>
          <tbody>
            {(['treatment', 'control'] as const).map((side) => (
              <tr key={side}>
                <td class={side === 'treatment' ? 'font-medium text-primary' : ''}>{side}</td>
                <td>{levelOf(guardrail[side])}</td>
                <td>{count(guardrail[side].exposures)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p class="number">
          {effectOf(guardrail)} <span class="quiet whitespace-nowrap">margin {ratio(marginRatio)}</span>
        </p>
        <EvidenceBar label="evidence of harm" {...guardrail.evidence} />
        <p class="quiet text-xs">{needOf(guardrail)}</p>
      </div>
      <div class="min-w-0">
        {points.length > 1 && (
          <EffectChart
            range={range}
            points={points}
            treatment={treatment}
            metric={guardrail.metric}
            marginRatio={marginRatio}
          />
        )}
        <Segments guardrail={guardrail} />
      </div>
    </article>
  );
}

function headOf({ kind }: Guardrail): string {
  return kind === 'duration' ? 'p95 (median)' : kind === 'value' ? 'mean' : 'rate';
}

function effectOf({ effect }: Guardrail): string {
  if (effect === null) return 'No effect can be told yet.';
  return `${hasEstimate(effect) ? ratio(effect.ratio) : 'No estimate yet'}, between ${ratio(effect.lower)} and ${ratio(effect.upper)};`;
}

function needOf({ need, nonInferiorProbability, silentSides, verdict }: Guardrail): string {
  const silent = silentSides.length > 0 ? `Silent: ${silentSides.join(' and ')}. ` : '';
  const belief = `Not worse than the plan allows, with probability ${probability(nonInferiorProbability)}.`;
  const isDecided = verdict === 'fail' || need === null || need.toSafety === null || need.toSafety <= 0;
  if (isDecided) return silent + belief;
  const hours = need.exposuresPerHour > 0 ? need.toSafety / need.exposuresPerHour : null;
  const howLong = hours === null ? '' : `, about ${span(hours * 3_600_000)}`;
  return `${silent}${belief} To exclude harm it needs ${count(need.toSafety)} more exposures${howLong}.`;
}
