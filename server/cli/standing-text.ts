/** What the server says of a challenger; numbers that JSON does not have are null. */
export interface Standing {
  readonly modelId: string;
  readonly state: string;
  readonly shadow: {
    readonly days: number;
    readonly rollouts: number;
    readonly scores: number;
    readonly scoreStability: number | null;
    readonly actions: Readonly<Record<string, number>>;
  } | null;
  readonly canary: {
    readonly rollouts: Readonly<Record<'champion' | 'challenger', number>>;
    readonly logFalseRollbacks: number;
    readonly logMisses: number;
    readonly isWorse: boolean;
    readonly cost: { readonly difference: number; readonly lower: number | null; readonly upper: number | null } | null;
  } | null;
  readonly gate: { readonly nextState: string; readonly reasons: readonly string[] } | null;
}

/** What a challenger has shown, in sentences. */
export function standingText({ modelId, state, shadow, canary, gate }: Standing): string {
  return [
    `${modelId} (${state}):`,
    ...(shadow === null ? ['  it has scored nothing yet.'] : shadowLines(shadow)),
    ...(canary === null ? [] : canaryLines(canary)),
    ...(gate === null ? [] : gate.reasons.map((reason) => `  still to come: ${reason}`)),
  ].join('\n');
}

function shadowLines({ days, rollouts, scores, scoreStability, actions }: NonNullable<Standing['shadow']>) {
  const said = Object.entries(actions).map(([action, count]) => `${action} ${count}`);
  const stability = scoreStability === null ? 'not known' : short(scoreStability);
  return [
    `  ${scores} scores in ${rollouts} rollouts over ${short(days)} days; stability ${stability}.`,
    `  It would have said: ${said.join(', ')}.`,
  ];
}

function canaryLines({ rollouts, logFalseRollbacks, logMisses, isWorse, cost }: NonNullable<Standing['canary']>) {
  const [lower, upper] = [cost?.lower, cost?.upper].map((bound) => (bound == null ? 'open' : short(bound)));
  return [
    `  In the canary: ${rollouts.challenger} rollouts against ${rollouts.champion} of the champion.`,
    `  E-value of more false rollbacks ${short(Math.exp(logFalseRollbacks))}, of more misses ${short(Math.exp(logMisses))}: it is ${isWorse ? 'worse, and has to go' : 'not shown to be worse'}.`,
    ...(cost === null
      ? []
      : [`  Cost of a sound rollout ${short(cost.difference)} [${lower}, ${upper}] more than the champion's.`]),
  ];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
