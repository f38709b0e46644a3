import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { HistoryPoint } from '../api/answers.ts';
import { powerOfTen } from '../format/numbers.ts';
import { axis, type ChartColours, TimeChart, type TimeChartProps } from './time-chart.tsx';

const DASHES = [[], [6, 3], [2, 2], [8, 2, 2, 2]];

/** Evidence of harm over time, a line for each treatment, against the line that rolls back. */
export function EvidenceChart({
  points,
  range,
}: {
  readonly points: readonly HistoryPoint[];
  readonly range: TimeChartProps['range'];
}) {
  const treatments = [...new Set(points.flatMap((point) => point.treatments.map(({ treatment }) => treatment)))];
  const data = useMemo((): uPlot.AlignedData => {
    const level = (point: HistoryPoint, name: string) =>
      point.treatments.find(({ treatment }) => treatment === name)?.log10 ?? null;
    return [
      points.map(({ atMs }) => atMs / 1_000),
      points.map((point) => point.treatments[0]?.lineLog10 ?? null),
      ...treatments.map((name) => points.map((point) => level(point, name))),
    ] as uPlot.AlignedData;
  }, [points]);
  const options = (colours: ChartColours) => ({
    series: [
      { label: 'line', stroke: colours.harm, width: 1.5, dash: [5, 4], points: { show: false }, value: shown },
      ...treatments.map((label, index) => ({
        label,
        stroke: colours.treatment,
        width: 2,
        dash: DASHES[index % DASHES.length]!,
        points: { show: false },
        value: shown,
      })),
    ],
    axes: [axis(colours, { size: 44, values: (_: uPlot, ticks: number[]) => ticks.map((tick) => `10^${tick}`) })],
    scales: { y: { range: rangeOf } },
  });
  return (
    <TimeChart
      label="Evidence of harm over time, against the line that rolls back"
      height={170}
      range={range}
      data={data}
      options={options}
      shape={treatments.join('\n')}
    />
  );
}

/** Far below nothing, evidence says no more than that there is none. */
function rangeOf(_: uPlot, least: number, most: number): [number, number] {
  return [Math.max(-3, Math.min(-1, Math.floor(least))), Math.max(3, Math.ceil(most + 0.3))];
}

function shown(_: uPlot, value: number | null): string {
  return value === null || value === undefined ? '–' : powerOfTen(value);
}
