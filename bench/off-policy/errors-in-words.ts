/** What one log of a policy said, beside the truth. */
export interface EstimatedLog {
  readonly effectiveSampleSize: number;
  readonly meanWeight: number;
  readonly estimates: readonly {
    readonly name: string;
    readonly truth: number;
    readonly value: number;
    readonly lower: number;
    readonly upper: number;
  }[];
}

/** A row of the table for each estimator, over all logs of the same size. */
export function errorsInWords(where: string, logs: readonly EstimatedLog[]): readonly string[] {
  const ess = meanOf(logs.map(({ effectiveSampleSize }) => effectiveSampleSize));
  const weight = meanOf(logs.map(({ meanWeight }) => meanWeight));
  return logs[0]!.estimates.map(({ name, truth }, index) => {
    const found = logs.map(({ estimates }) => estimates[index]!);
    // Logs that give no estimate have no error, and their intervals cover nothing.
    const errors = found.flatMap(({ value }) => (Number.isNaN(value) ? [] : [value - truth]));
    const share = (is: (one: (typeof found)[number]) => boolean) =>
      `${((100 * found.filter(is).length) / found.length).toFixed(1)} %`;
    const cells = [
      ess.toFixed(0),
      weight.toFixed(3),
      name,
      truth.toFixed(2),
      meanOf(errors).toFixed(2),
      Math.sqrt(meanOf(errors.map((error) => error ** 2))).toFixed(2),
      share(({ lower, upper }) => lower <= truth && truth <= upper),
      share(({ upper }) => upper < truth),
      meanOf(found.map(({ lower, upper }) => upper - lower)).toFixed(2),
    ];
    return `${where} | ${cells.join(' | ')} |`;
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
