import type { NoveltyModelArtefact } from '../../models/index.ts';
import type { DataSet } from '../dataset/build-data-set.ts';
import type { GateResult } from '../gate/index.ts';
import type { NoveltyBacktest } from './backtest-novelty-model.ts';

/** All that a card tells. */
export interface NoveltyCardInput {
  readonly modelId: string;
  readonly dataSet: DataSet;
  readonly network: NoveltyBacktest;
  readonly components: NoveltyBacktest;
  readonly kept: NoveltyModelArtefact;
  readonly gate: GateResult;
}

/** What a person has to know of a novelty model before they put it into use, as Markdown. */
export function noveltyCard({ modelId, dataSet, network, components, kept, gate }: NoveltyCardInput): string {
  const row = (name: string, { runs, novel, corruptedNovel }: NoveltyBacktest) =>
    `| ${name} | ${runs} | ${novel} | ${corruptedNovel} |`;
  return `# Novelty model ${modelId}

It says whether a rollout is unlike those that it was fitted on. Such a rollout is treated with more care: steps at most double
coverage, and the risk model may not roll it back. It is no detector of harm.

${dataSet.runs.length} labelled generations, data set \`${dataSet.hash}\`; fitted on the minutes of the harmless ones. Kept: ${kept.reconstruction.kind}.

| held out, harmless | rollouts | called novel | called novel once their inputs no longer belong together |
| --- | --- | --- | --- |
${row('autoencoder', network)}
${row('twelve principal components', components)}

The gate says: ${gate.verdict}.

${gate.checks.map(({ check, outcome, message }) => `- ${check}: ${outcome}, ${message}`).join('\n')}
`;
}
