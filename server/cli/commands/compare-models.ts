import type { Command } from 'commander';
import type { ModelRecord } from '../../../domain/index.ts';
import { connect, type Environment, type ShowOptions, withConnection } from '../connection.ts';
import { moment, print, printJson, table } from '../output.ts';
import { type Standing, standingText } from '../standing-text.ts';
import { modelPath, type ShownModel } from './show-model.ts';

/** `models compare`: the figures of two models beside each other, and what challengers among them have shown. */
export function addCompareModels(parent: Command, env: Environment): void {
  withConnection(
    parent
      .command('compare <model> <other>')
      .description('Print the figures of two models beside each other, and what challengers have shown so far.'),
  ).action(async (one: string, other: string, options: ShowOptions) => {
    const client = connect(options, env);
    const models = [];
    for (const modelId of [one, other]) models.push((await client.call<ShownModel>('GET', modelPath(modelId))).model);
    const standings = [];
    for (const { modelId, state } of models)
      if (state === 'shadow' || state === 'canary')
        standings.push(await client.call<Standing>('GET', `${modelPath(modelId)}/standing`));
    if (options.json) return printJson({ models, standings });
    const [a, b] = models.map(figuresOf);
    print(
      table(
        ['FIGURE', one, other],
        [...new Set([...a!.keys(), ...b!.keys()])].map((name) => [name, a!.get(name) ?? '-', b!.get(name) ?? '-']),
      ),
    );
    if (models[0]!.dataSetHash !== models[1]!.dataSetHash)
      print('\nThey were judged on different data sets: only large differences mean anything.');
    for (const standing of standings) print(`\n${standingText(standing)}`);
  });
}

/** Figures of the backtest, with their intervals; others, such as counts, as they are. */
function figuresOf({ state, cutOffMs, dataSetHash, backend, metrics }: ModelRecord): ReadonlyMap<string, string> {
  const backtest = Object.entries((metrics['backtest'] ?? {}) as Readonly<Record<string, unknown>>);
  return new Map([
    ['state', state],
    ['knows until', moment(cutOffMs)],
    ['data set', dataSetHash.slice(0, 12)],
    ['backend', backend],
    ...backtest.flatMap(([name, value]) => {
      const words = inWords(value);
      return words === undefined ? [] : [[name, words] as const];
    }),
  ]);
}

function inWords(figure: unknown): string | undefined {
  if (typeof figure === 'number') return short(figure);
  const { value, lower, upper } = (figure ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof value !== 'number') return undefined;
  if (typeof lower !== 'number' || typeof upper !== 'number') return short(value);
  return `${short(value)} [${short(lower)}, ${short(upper)}]`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
