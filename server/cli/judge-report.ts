import type { Judgement } from '../../controller/index.ts';
import { moment, table } from './output.ts';

type Guardrail = Judgement['treatments'][number]['guardrails'][number];

/** A judgement for people: the verdict and its reasons, then every guardrail in a table. */
export function judgeReport({ summary, windows, reasons, notes, treatments, sampleRatio }: Judgement): string {
  const time = windows.fromMs === null ? '' : `, ${moment(windows.fromMs)} to ${moment(windows.throughMs!)}`;
  const rows = treatments.flatMap(({ treatment, guardrails }) =>
    guardrails.map((guardrail) => [treatment, ...rowOf(guardrail)]),
  );
  return [
    `${summary.verdict.toUpperCase()} from ${windows.count} window(s)${time}`,
    ...(reasons.length === 0 ? [`  ${summary.reason}`] : reasons.map(reasonInWords)),
    '',
    table(
      ['TREATMENT', 'METRIC', 'VERDICT', 'TREATMENT SHOWS', 'CONTROL SHOWS', 'RATIO', '95 % INTERVAL', 'EVIDENCE'],
      rows,
    ),
    '',
    `All guardrails together: evidence ${power(summary.evidenceLog10)}, line ${power(summary.lineLog10)}.`,
    ...(sampleRatio === null
      ? []
      : [`Sample ratio: evidence ${power(sampleRatio.log10)}, line ${power(sampleRatio.lineLog10)}.`]),
    ...notes.map(({ code, message }) => `Note (${code}): ${message}.`),
  ].join('\n');
}

function reasonInWords({ code, message, releasedBy }: Judgement['reasons'][number]): string {
  return `  ${code}: ${message}${releasedBy === undefined ? '' : ` (until: ${releasedBy})`}`;
}

function rowOf(guardrail: Guardrail): readonly string[] {
  const { metric, verdict, effect, evidence } = guardrail;
  return [
    metric,
    verdict,
    sideInWords(guardrail.treatment, guardrail),
    sideInWords(guardrail.control, guardrail),
    effect === null ? '-' : `×${short(effect.ratio)}`,
    effect === null ? '-' : `${short(effect.lower)} to ${short(effect.upper)}`,
    `${power(evidence.log10)} of ${power(evidence.lineLog10)}`,
  ];
}

function sideInWords({ exposures, rate, mean }: Guardrail['treatment'], { kind }: Guardrail): string {
  if (exposures === 0) return 'nothing';
  const shown =
    kind === 'value' ? `mean ${short(mean!)}` : `${short(rate! * 100)} %${kind === 'duration' ? ' slow' : ''}`;
  return `${shown} of ${short(exposures)}`;
}

function short(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function power(log10: number): string {
  // Adding 0 turns -0 into 0.
  return `10^${(Math.round(log10 * 10) / 10 + 0).toFixed(1)}`;
}
