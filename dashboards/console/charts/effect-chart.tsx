import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { HistoryPoint } from '../api/answers.ts';
import { hasEstimate } from '../format/effects.ts';
import { ratio } from '../format/numbers.ts';
import { axis, type ChartColours, TimeChart, type TimeChartProps } from './time-chart.tsx';

/** Ratios beyond are drawn at the edge: intervals begin nearly without bounds. */
const FARTHEST = 8;

/** The effect of a treatment on one metric over time: the ratio, its always-valid interval, and the margin. */
export function EffectChart({
  points,
  treatment,
  metric,
  marginRatio,
  range,
}: {
  readonly points: readonly HistoryPoint[];
  readonly treatment: string;
  readonly metric: string;
  readonly marginRatio: number;
  readonly range: TimeChartProps['range'];
}) {
  const data = useMemo((): uPlot.AlignedData => {
    const of = points.map((point) =>
      point.treatments
        .find((candidate) => candidate.treatment === treatment)
        ?.guardrails.find((candidate) => candidate.metric === metric),
    );
    const column = (key: 'upper' | 'lower') => of.map((guardrail) => clamped(guardrail?.[key] ?? null));
    const told = of.map((guardrail) => (guardrail && hasEstimate(guardrail) ? clamped(guardrail.ratio) : null));
    const times = points.map(({ atMs }) => atMs / 1_000);
    return [times, column('upper'), column('lower'), told, times.map(() => marginRatio)];
  }, [points, treatment, metric, marginRatio]);
  const options = (colours: ChartColours) => {
    const edge = { stroke: `${colours.treatment}55`, points: { show: false }, width: 1, value: shown };
    return {
      series: [
        { label: 'at most', ...edge },
        { label: 'at least', ...edge },
        { label: 'ratio', stroke: colours.treatment, width: 2, points: { show: false }, value: shown },
        { label: 'margin', stroke: colours.harm, width: 1.5, dash: [5, 4], points: { show: false }, value: shown },
      ],
      bands: [{ series: [1, 2] as [number, number], fill: `${colours.treatment}2b` }],
      axes: [
        axis(colours, {
          size: 52,
          filter: (_: uPlot, ticks: number[]) => ticks,
          values: (_: uPlot, ticks: number[]) => ticks.map((tick) => ratio(tick)),
        }),
      ],
      scales: { y: { distr: 3 as const, log: 2 as const, range: rangeOf } },
    };
  };
  return (
    <TimeChart
      label={`${metric} of ${treatment} against control over time, with its interval and the margin`}
      height={150}
      range={range}
      data={data}
      options={options}
      shape={`${treatment}\n${metric}`}
    />
  );
}

function clamped(value: number | null): number | null {
  return value === null ? null : Math.min(FARTHEST, Math.max(1 / FARTHEST, value));
}

function rangeOf(_: uPlot, least: number, most: number): [number, number] {
  return [Math.min(0.5, 2 ** Math.floor(Math.log2(least))), Math.max(2, 2 ** Math.ceil(Math.log2(most)))];
}

function shown(_: uPlot, value: number | null): string {
  return value === null || value === undefined ? '–' : ratio(value);
}
