import type { Runs } from './figures.ts';
import type { OutcomeTable } from './outcome-table.ts';
import { drawResamples, onceEach } from './resamples.ts';
import type { SeedWeights } from './sample.ts';
import type { ScoreCardPlan } from './score-card.ts';

/** Outcomes in order, with everything that intervals are made from. */
export interface DrawnTable {
  readonly table: OutcomeTable;
  readonly positions: Runs['positions'];
  readonly once: SeedWeights;
  readonly resamples: readonly SeedWeights[];
}

/** Draws the resamples of a table; one set for all of its policies. */
export function drawTable(table: OutcomeTable, { seed, resamples }: ScoreCardPlan): DrawnTable {
  const seeds = table.seeds.length;
  return {
    table,
    positions: new Map(table.seeds.map((value, position) => [value, position])),
    once: onceEach(seeds),
    resamples: drawResamples({ seeds, resamples, seed }),
  };
}
