import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import type { Move } from '../state/moves.ts';
import { axis, type ChartColours, TimeChart, type TimeChartProps } from './time-chart.tsx';

/** Coverage over time, with a mark for every move: ramps, pauses, the rollback. */
export function CoverageChart({
  moves,
  range,
}: {
  readonly moves: readonly Move[];
  readonly range: TimeChartProps['range'];
}) {
  const [, untilMs] = range;
  const data = useMemo((): uPlot.AlignedData => {
    const last = moves.at(-1);
    const ends = last === undefined || untilMs <= last.atMs ? [] : [{ ...last, atMs: untilMs }];
    const all = [...moves, ...ends];
    return [all.map(({ atMs }) => atMs / 1_000), all.map(({ coverage }) => coverage / 1_000)];
  }, [moves, untilMs]);
  const options = (colours: ChartColours) => ({
    series: [
      {
        label: 'coverage %',
        stroke: colours.treatment,
        fill: `${colours.treatment}22`,
        width: 2,
        points: { show: false },
        paths: uPlot.paths.stepped!({ align: 1 }),
      },
    ],
    axes: [axis(colours, { size: 44, values: (_: uPlot, ticks: number[]) => ticks.map((v) => `${v} %`) })],
    scales: { y: { range: [0, 105] as [number, number] } },
    legend: { show: false },
    hooks: { draw: [(chart: uPlot) => drawMarks(chart, moves, colours)] },
  });
  return (
    <TimeChart
      label={`Coverage over time: ${moves.map(({ kind, coverage }) => `${kind} ${coverage / 1_000} %`).join(', ')}`}
      height={170}
      range={range}
      data={data}
      options={options}
      shape={`${moves.length}`}
    />
  );
}

function drawMarks(chart: uPlot, moves: readonly Move[], colours: ChartColours): void {
  const { ctx, bbox } = chart;
  ctx.save();
  for (const { kind, atMs, coverage } of moves) {
    const colour = colourOf(kind, colours);
    const x = chart.valToPos(atMs / 1_000, 'x', true);
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(x, chart.valToPos(coverage / 1_000, 'y', true), 4 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

function colourOf(kind: string, colours: ChartColours): string {
  if (kind === 'rollback' || kind === 'withdraw') return colours.harm;
  if (kind === 'complete') return colours.safe;
  return kind === 'pause' || kind === 'resume' || kind === 'stepBack' ? colours.doubt : colours.treatment;
}
