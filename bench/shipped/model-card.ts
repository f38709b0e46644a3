import { RISK_ALPHA } from '../../controller/index.ts';
import {
  bandThreshold,
  NOVELTY_ALPHA,
  type NoveltyModelArtefact,
  type RiskModelArtefact,
  TRAFFIC_BANDS,
} from '../../models/index.ts';
import type { CalibrationRun, Scenario } from '../../simulation/index.ts';
import type { RiskFitReport } from '../../training/index.ts';
import { maximumOf, type UsableRun, usableRuns } from './calibrate-shipped.ts';

/** All that a card is written from. */
export interface CardInputs {
  readonly risk: RiskModelArtefact;
  readonly logistic: RiskModelArtefact;
  readonly novelty: NoveltyModelArtefact;
  readonly components: NoveltyModelArtefact;
  readonly report: RiskFitReport;
  readonly runs: readonly CalibrationRun[];
  readonly scenarios: readonly Scenario[];
  readonly seeds: {
    readonly training: { readonly firstSeed: number; readonly seeds: number };
    readonly calibration: {
      readonly firstSeed: number;
      readonly seeds: { readonly benign: number; readonly lowTraffic: number; readonly harmful: number };
    };
    readonly fit: number;
  };
  readonly epochs: Readonly<Record<string, number>>;
  readonly codeVersion: string;
}

/** The card of the shipped models, as Markdown. */
export function modelCard(inputs: CardInputs): string {
  return `${[head(inputs), origin(inputs), fitFigures(inputs), calibration(inputs), detection(inputs), limits()].join('\n\n')}\n`;
}

function head({ risk, novelty, codeVersion }: CardInputs): string {
  return `# Model card: ${risk.version} and ${novelty.version}

Written by \`npm run train:shipped\` at code version ${codeVersion}; not edited by hand. What the models look at, what they
may do and what happens without them is in [models.md](models.md).

**Purpose.** An early warning beside the statistical guardrails of a rollout: \`${risk.version}\` says whether it looks
harmful, whether an incident hits both sides or the data are at fault; \`${novelty.version}\` says whether it is like
anything that they learned from. **Not meant for** anything else than rollouts with a concurrent control, a guardrail of errors
and windows of a minute or less; not for ramping, and not for replacing a guardrail.`;
}

function origin({ risk, scenarios, seeds, epochs, report }: CardInputs): string {
  const { rowCount, runCount, harmfulShare } = risk.origin;
  const { training, calibration, fit: fitSeed } = seeds;
  const { benign, lowTraffic, harmful } = calibration.seeds;
  return `## Data

| | |
| --- | --- |
| worlds | the ${scenarios.length} public scenarios of the decision benchmark, on synthetic series; no real rollout |
| training runs | open loop, five climbs in turn: by six stages or by few, to one half or to 95 %, with and without going back to one half; one in four for 12 hours, the others for 2.5; seeds ${training.firstSeed} to ${training.firstSeed + training.seeds - 1} |
| rows fitted on | ${rowCount}, of ${runCount} runs; ${percent(harmfulShare)} harmful |
| calibration runs | closed loop, the ladder and the quick plan in turn, with this model not yet calibrated; seeds from ${calibration.firstSeed}: ${benign} of each benign scenario, ${lowTraffic} of the one with low traffic, ${harmful} of each harmful one |
| fit | seed ${fitSeed}, backend ${report.backend}, ${epochs['risk']} epochs (novelty ${epochs['novelty']}) |
| features | \`${risk.schema.name}\` version ${risk.schema.version}, schema ${risk.schema.hash} |`;
}

function fitFigures({ report }: CardInputs): string {
  return `## Fit, on runs that were held out

| ${report.heldOutRowCount} rows | log-loss | average precision |
| --- | --- | --- |
| this model | ${report.loss.toFixed(4)} | ${report.averagePrecision.toFixed(4)} |
| logistic regression | ${report.logisticLoss.toFixed(4)} | |
| always the share of harmful rows | ${report.constantLoss.toFixed(4)} | ${report.baseRate.toFixed(4)} |
| fitted on shuffled labels | | ${report.shuffledAveragePrecision.toFixed(4)} |`;
}

function calibration({ risk, novelty }: CardInputs): string {
  const rows = TRAFFIC_BANDS.map((band) => {
    const cells = [
      band,
      risk.calibration.bands[band].length,
      threshold(bandThreshold(risk.calibration, band, RISK_ALPHA)),
      threshold(bandThreshold(novelty.calibration, band, NOVELTY_ALPHA)),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `## Calibration

At most ${percent(RISK_ALPHA)} of harmless rollouts like those of the calibration pass the threshold, and ${percent(NOVELTY_ALPHA)} are called novel. A
band with too few runs (49 for 2 %, 99 for 1 %) takes the larger one of the pooled threshold and its neighbour's; low traffic never
less than the pooled one.

| traffic | benign runs | threshold of the risk score | of the novelty score |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

/** How many harmful runs of the calibration pass the threshold; the benign ones set it, so they say nothing. */
function detection({ risk, logistic, novelty, components, runs, scenarios }: CardInputs): string {
  const harmful = usableRuns(runs, scenarios).filter(({ isBenign }) => !isBenign);
  const rows = (
    [
      [risk.version, risk, RISK_ALPHA],
      ['logistic regression', logistic, RISK_ALPHA],
      [novelty.version, novelty, NOVELTY_ALPHA],
      ['twelve principal components', components, NOVELTY_ALPHA],
    ] as const
  ).map(([name, model, alpha]) => `| ${name} | ${harmful.filter((run) => passes(model, run, alpha)).length} |`);
  return `## Harmful runs that pass the threshold

Of ${harmful.length} calibration runs in which harm showed before the guardrails or the horizon ended them:

| by | runs |
| --- | --- |
${rows.join('\n')}`;
}

function passes(model: RiskModelArtefact | NoveltyModelArtefact, run: UsableRun, alpha: number): boolean {
  const maximum = maximumOf(model, run);
  return maximum !== null && maximum > bandThreshold(model.calibration, run.band, alpha);
}

function limits(): string {
  return `## What it was not tested on

Real rollouts; real series; more than one treatment; segments other than one attribute; metrics whose margins differ from the
tuned plan's; plans much unlike those two. Effects near the margin and very low traffic are where it is expected to be
weakest. Benchmark figures belong to the score cards of \`rampwright simulate\`, on seeds that nothing was tuned on.

**To demote it**: \`riskModel: off\` in a plan; the guardrails and the schedule then decide alone.`;
}

function threshold(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : 'none: it cannot alarm';
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
