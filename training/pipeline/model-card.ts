import type { RiskModelArtefact } from '../../models/index.ts';
import type { DataSet } from '../dataset/build-data-set.ts';
import type { GateResult, Measured } from '../gate/index.ts';
import type { BacktestErrors, RiskBacktest } from './backtest-risk-model.ts';
import type { Replay } from './replay-decisions.ts';

/** All that a card tells. */
export interface ModelCardInput {
  readonly modelId: string;
  readonly model: RiskModelArtefact;
  readonly dataSet: DataSet;
  readonly backtest: RiskBacktest;
  readonly replay: Replay;
  readonly gate: GateResult;
  readonly championId: string | null;
  readonly alpha: number;
}

/** What a person has to know before they put a model into use, as Markdown; the same input makes the same text. */
export function modelCard(input: ModelCardInput): string {
  return [
    `# Risk model ${input.modelId}`,
    PURPOSE,
    dataSection(input),
    metricsSection(input),
    calibrationSection(input),
    gateSection(input),
    FAILURE_MODES,
    demotionSection(input),
  ].join('\n\n');
}

const PURPOSE = `## What it is for

It recognises, from minute-by-minute comparisons of treatment and control, rollouts that end badly, and advises to hold or
to roll back before a single guardrail has proof.

It is not for ramping, for rollouts without a concurrent control, for finding out whether a change is worth it, or for
judging people. No guardrail waits for it, and nothing that the plan forbids becomes possible with it.`;

function dataSection({ dataSet, model }: ModelCardInput): string {
  const { runs, finishedCount, unknownCount, hash, cutOffMs } = dataSet;
  const rows = ['fit', 'calibration', 'heldOut'].map((part) => {
    const some = runs.filter((run) => run.part === part);
    const harmful = some.filter(({ isHarmful }) => isHarmful).length;
    return `| ${PART_WORDS[part]!} | ${some.length} | ${harmful} | ${some.reduce((sum, run) => sum + run.rows.length, 0)} |`;
  });
  return `## Data

${finishedCount} generations of rollouts had ended by ${new Date(cutOffMs).toISOString()}; ${unknownCount} of them have no label
and were left out, and the labelled ones are weighted to stand for them. Data set \`${hash}\`, features
\`${model.schema.name}\` version ${model.schema.version} (\`${model.schema.hash}\`), backend ${model.origin.backend}, seed ${model.origin.seed}.

| part | generations | regressed | minutes |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

const PART_WORDS: Readonly<Record<string, string>> = {
  fit: 'to fit on',
  calibration: 'to set thresholds by',
  heldOut: 'to judge by',
};

function metricsSection({ backtest, alpha }: ModelCardInput): string {
  const row = (name: string, { runs, falseRollback, miss }: BacktestErrors) =>
    `| ${name} | ${runs} | ${inWords(falseRollback)} | ${inWords(miss)} |`;
  return `## Figures on held-out rollouts, with 95 % intervals

Average precision by minute ${inWords(backtest.averagePrecision)}, where chance gives ${short(backtest.baseRate)}; median delay
${inWords(backtest.delayMedian)} minutes. Thresholds at α = ${alpha}.

| traffic | rollouts | benign rolled back | harmful missed |
| --- | --- | --- | --- |
${[row('all', backtest), ...Object.entries(backtest.byBand).map(([band, errors]) => row(band, errors))].join('\n')}`;
}

function calibrationSection({ backtest, model }: ModelCardInput): string {
  const { pooled, bands } = model.calibration;
  return `## Calibration

Expected calibration error ${short(backtest.calibrationError)}. Thresholds come from ${pooled.length} benign rollouts: ${bands.low.length} with low,
${bands.medium.length} with medium and ${bands.high.length} with high traffic. With fewer than 1/α − 1 of them the model never alarms.`;
}

function gateSection({ gate, replay, championId }: ModelCardInput): string {
  const changes = Object.entries(replay.changedByModel).map(([change, count]) => `${change} ${count} times`);
  return `## Gate: ${gate.verdict}

Against ${championId ?? 'no champion'}. Of ${replay.observations} recorded observations that were decided again ${replay.failures} failed; with
the model ${changes.length === 0 ? 'none changed' : changes.join(', ')}.

| check | outcome | found |
| --- | --- | --- |
${gate.checks.map(({ check, outcome, message }) => `| ${check} | ${outcome} | ${message} |`).join('\n')}`;
}

const FAILURE_MODES = `## How it fails

- Effects near the margin look like none; they are left to the guardrails.
- With very little traffic scores are wild, and thresholds are high or infinite: verdicts come late.
- Without a concurrent control there is nothing to compare, and no score.
- A generation that regressed counts as harmful in all of its minutes, also in those before harm began.
- The thresholds hold for rollouts like those of the calibration, under the policy that decided them.
- Groups of fewer than 50 benign and 50 harmful rollouts were not compared: differences between them are unknown.`;

function demotionSection({ modelId, championId }: ModelCardInput): string {
  return `## How to demote it

\`rampwright models demote ${modelId} --reason "…"\`. ${
    championId === null
      ? 'Then the guardrails decide alone.'
      : `Then ${championId} decides again, where it is still good.`
  } It goes without a
restart, and no rollout waits for it.
`;
}

function inWords({ value, lower, upper }: Measured): string {
  return Number.isNaN(value) ? 'unknown' : `${short(value)} [${short(lower)}, ${short(upper)}]`;
}

function short(value: number): string {
  return Number.isNaN(value) ? 'unknown' : String(Number(value.toPrecision(3)));
}
