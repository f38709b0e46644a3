import {
  AxisPlacement,
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  RowBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as LinesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { COLOURS, type Colour, steps } from './palette.ts';
import { type Asked, atOnce, overTime, refIdOf } from './queries.ts';
import { DATASOURCE } from './variables.ts';

/** What every panel says. */
export interface Panel {
  readonly title: string;
  /** How to read it, for somebody who sees it for the first time. */
  readonly description: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly unit?: string;
  readonly asked: readonly Asked[];
  readonly thresholds?: readonly Threshold[];
  readonly mappings?: readonly ValueMapping[];
}

/** Lines over time. */
export interface Lines extends Panel {
  readonly min?: number;
  readonly max?: number;
  /** Regular expression of names → colour; dashed ones are lines that must not be crossed. */
  readonly colours?: Readonly<Record<string, Colour>>;
  readonly dashed?: string;
  readonly isStacked?: boolean;
}

const HEIGHT = 8;
const NUMBER_HEIGHT = 4;

/** Lines over time, with the newest values in the legend. */
export function lines(panel: Lines): LinesBuilder {
  const { min, max, colours = {}, dashed, isStacked = false } = panel;
  const builder = framed(new LinesBuilder(), panel)
    .height(HEIGHT)
    .lineWidth(2)
    .fillOpacity(isStacked ? 40 : 5)
    .showPoints(VisibilityMode.Auto)
    .axisPlacement(AxisPlacement.Auto)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(panel.asked.map((asked, index) => overTime(asked, refIdOf(index))));
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (panel.thresholds !== undefined)
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  if (dashed !== undefined) builder.overrideByRegexp(dashed, DASHED);
  for (const [names, fixedColor] of Object.entries(colours))
    builder.overrideByRegexp(names, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  return builder;
}

/** One number as of now, or one for each series. */
export function number(panel: Panel): StatBuilder {
  return framed(new StatBuilder(), panel)
    .height(NUMBER_HEIGHT)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .targets(panel.asked.map((asked, index) => overTime(asked, refIdOf(index))));
}

/** What was the case when, one row a series. */
export function timeline(panel: Panel): TimelineBuilder {
  return framed(new TimelineBuilder(), panel)
    .height(HEIGHT)
    .showValue(VisibilityMode.Never)
    .fillOpacity(80)
    .targets(panel.asked.map((asked, index) => overTime(asked, refIdOf(index))));
}

/** A column of a table: a label, or the value of a question, "Value #A". */
export interface Column {
  readonly field: string;
  readonly name: string;
  readonly unit?: string;
  readonly link?: { readonly title: string; readonly url: string };
  readonly mappings?: readonly ValueMapping[];
  readonly thresholds?: readonly Threshold[];
}

/** One row for each rollout or model, joined from several questions by their labels; only the columns named are shown. */
export function table(panel: Panel & { readonly columns: readonly Column[] }): TableBuilder {
  const { columns } = panel;
  const builder = framed(new TableBuilder(), panel)
    .height(HEIGHT + 2)
    .targets(panel.asked.map((asked, index) => atOnce(asked, refIdOf(index))))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(({ field }) => field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map(({ field, name }) => [field, name])),
      },
    });
  for (const column of columns) builder.overrideByName(column.name, propertiesOf(column));
  return builder;
}

/** A heading above the panels that follow it. */
export function heading(title: string): RowBuilder {
  return new RowBuilder(title);
}

const DASHED: DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'color', value: { mode: 'fixed', fixedColor: COLOURS.line } },
];

function propertiesOf({ unit, link, mappings, thresholds }: Column): DynamicConfigValue[] {
  const property = (id: string, value: unknown): DynamicConfigValue[] => (value === undefined ? [] : [{ id, value }]);
  return [
    ...property('unit', unit),
    ...property('links', link && [link]),
    ...property('mappings', mappings),
    ...property('thresholds', thresholds && { mode: 'absolute', steps: thresholds }),
    ...property('custom.cellOptions', (mappings ?? thresholds) && { type: 'color-text' }),
  ];
}

/** What the builders of all kinds of panels have in common. */
interface Framed {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: typeof DATASOURCE): this;
  span(columns: number): this;
  unit(unit: string): this;
  thresholds(thresholds: ThresholdsConfigBuilder): this;
  mappings(mappings: ValueMapping[]): this;
}

function framed<Builder extends Framed>(builder: Builder, panel: Panel): Builder {
  const { title, description, width, unit = 'short', thresholds = steps(COLOURS.neutral), mappings = [] } = panel;
  return builder
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .span(width)
    .unit(unit)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...thresholds]))
    .mappings([...mappings]);
}
