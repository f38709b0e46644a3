import type { TrainingRow } from './training-row.ts';

/** What each head is to say of each row, column by column. */
export interface RiskTargets {
  readonly weights: Float32Array;
  readonly harmful: Float32Array;
  readonly sharedIncident: Float32Array;
  readonly dataFault: Float32Array;
  /** One number per row and type, 1 for the row's own. */
  readonly harmType: Float32Array;
  readonly harmTypeCount: number;
}

/** The targets of rows, worked out once for all epochs. */
export function riskTargets(rows: readonly TrainingRow[], harmTypes: readonly string[]): RiskTargets {
  const harmType = new Float32Array(rows.length * harmTypes.length);
  rows.forEach((row, index) => {
    const type = row.harmType === null ? -1 : harmTypes.indexOf(row.harmType);
    if (type >= 0) harmType[index * harmTypes.length + type] = 1;
  });
  return {
    weights: Float32Array.from(rows, ({ weight }) => weight),
    harmful: Float32Array.from(rows, ({ label }) => label),
    sharedIncident: Float32Array.from(rows, ({ isSharedIncident }) => isSharedIncident),
    dataFault: Float32Array.from(rows, ({ isDataFault }) => isDataFault),
    harmType,
    harmTypeCount: harmTypes.length,
  };
}
