declare module 'ml-regression' {
  export class TheilSenRegression {
    constructor(x: readonly number[], y: readonly number[]);
    readonly slope: number;
    readonly intercept: number;
  }

  export class MultivariateLinearRegression {
    constructor(
      x: readonly (readonly number[])[],
      y: readonly (readonly number[])[],
      options: { readonly intercept: boolean; readonly statistics: boolean },
    );
    /** One row for each input, then the constant; one column for each output. */
    readonly weights: readonly (readonly number[])[];
  }
}
