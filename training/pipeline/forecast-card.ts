import type { ForecastBacktest } from '../forecast/backtest-forecasters.ts';
import type { GateResult } from '../gate/index.ts';

/** All that a card tells. */
export interface ForecastCardInput {
  readonly modelId: string;
  readonly hash: string;
  readonly series: number;
  readonly backtest: ForecastBacktest;
  readonly gate: GateResult;
}

/** What a person has to know of a forecaster before they put it into use, as Markdown. */
export function forecastCard({ modelId, hash, series, backtest, gate }: ForecastCardInput): string {
  const { losses, gain, bestBaseline, aboveUpper, rollouts, examples } = backtest;
  return `# Forecaster ${modelId}

It says what control's rates would be in the hour after full coverage, when nobody is in control any more. A rate that is
not as it expected keeps a rollout from completing (\`unlikeBefore\`); it rolls nothing back. It cannot tell a change from an incident.

${series} series of control, data set \`${hash}\`; no label is needed. It learned steps up to an hour after an hour of history.

| held out: ${examples} steps of ${rollouts} rollouts | mean pinball loss at 5, 50 and 95 % |
| --- | --- |
| network of quantiles | ${losses.network.toFixed(4)} |
| robust level of the history | ${losses.level.toFixed(4)} |
| linear regression | ${losses.linear.toFixed(4)} |
| robust seasonal, from earlier days of the same rollout | ${losses.seasonal.toFixed(4)} |

Its gain on the best baseline (${bestBaseline}) is ${gain.value.toFixed(4)}, 95 % interval ${gain.lower.toFixed(4)} to ${gain.upper.toFixed(4)} over rollouts;
${(100 * aboveUpper).toFixed(1)} % of the steps were above its 95 % quantile.

The gate says: ${gate.verdict}.${gate.verdict === 'keep' ? ' Robust scores, or the champion, go on.' : ''}

${gate.checks.map(({ check, outcome, message }) => `- ${check}: ${outcome}, ${message}`).join('\n')}
`;
}
