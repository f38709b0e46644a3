import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { localTime } from '../format/times.ts';
import { isDark } from '../state/theme.ts';

/** Colours of the theme as values, for a canvas knows no classes. */
export interface ChartColours {
  readonly text: string;
  readonly grid: string;
  readonly treatment: string;
  readonly control: string;
  readonly harm: string;
  readonly safe: string;
  readonly doubt: string;
}

/** A chart over time. */
export interface TimeChartProps {
  /** What the chart shows, in a sentence. */
  readonly label: string;
  readonly height: number;
  /** First and last moment of the time axis, which all charts of a page share. */
  readonly range: readonly [fromMs: number, untilMs: number];
  /** Seconds since 1970, then a column for each series. */
  readonly data: uPlot.AlignedData;
  /** Series and axes beside time; made anew when `shape` or the theme changes. */
  readonly options: (colours: ChartColours) => {
    readonly series: uPlot.Series[];
    readonly axes: uPlot.Axis[];
    readonly scales: uPlot.Scales;
  } & Pick<uPlot.Options, 'bands' | 'hooks' | 'legend'>;
  /** Changes when the options do. */
  readonly shape: string;
}

/** Draws a chart over time that follows the width of its place, the theme and new data. */
export function TimeChart({ label, height, range, data, options, shape }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const latestRange = useRef(range);
  latestRange.current = range;
  const dark = isDark.value;
  useEffect(() => {
    const element = place.current!;
    const { series, axes, scales, ...rest } = options(coloursOfTheme());
    const made = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height,
        cursor: { sync: { key: 'rollout' }, points: { size: 6 }, drag: { x: false, y: false } },
        series: [{ label: 'time', value: (_, seconds) => (seconds === null ? '–' : momentOf(seconds)) }, ...series],
        axes: [axis(coloursOfTheme(), { space: 70, size: 30, values: (_, ticks) => ticks.map(momentOf) }), ...axes],
        scales: { x: { range: () => [latestRange.current[0] / 1_000, latestRange.current[1] / 1_000] }, ...scales },
        ...rest,
      },
      data,
      element,
    );
    chart.current = made;
    const follow = new ResizeObserver(() => made.setSize({ width: Math.max(200, element.clientWidth), height }));
    follow.observe(element);
    return () => {
      follow.disconnect();
      made.destroy();
    };
  }, [shape, dark, height]);
  useEffect(() => chart.current?.setData(data), [data]);
  return <div ref={place} role="img" aria-label={label} class="min-w-0 text-xs" />;
}

/** An axis in the colours of the theme. */
export function axis(colours: ChartColours, more: uPlot.Axis = {}): uPlot.Axis {
  return {
    stroke: colours.text,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { stroke: colours.grid, width: 1, size: 4 },
    font: '11px system-ui',
    ...more,
  };
}

function momentOf(seconds: number): string {
  return localTime(seconds * 1_000, Date.now());
}

function coloursOfTheme(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--color-${name}`).trim();
  return {
    text: colour('secondary'),
    grid: colour('base-300'),
    treatment: colour('primary'),
    control: colour('secondary'),
    harm: colour('error'),
    safe: colour('success'),
    doubt: colour('warning'),
  };
}
