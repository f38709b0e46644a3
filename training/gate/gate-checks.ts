import type { GateEvidence, Measured, MeasuredGap } from './gate-evidence.ts';
import type { GateLimits } from './gate-limits.ts';

/** What became of a check; `notApplicable` is for what cannot be asked here, `notMeasured` for what nobody has looked at. */
export type CheckOutcome = 'passed' | 'failed' | 'notMeasured' | 'notApplicable';

/** A named check with the numbers that it looked at. */
export interface GateCheck {
  readonly check: string;
  readonly outcome: CheckOutcome;
  readonly message: string;
}

/** What can be told without any traffic: form, speed, and figures on rollouts that were held out. */
export function offlineChecks(evidence: GateEvidence, limits: GateLimits): readonly GateCheck[] {
  const { schemaHash, knownSchemaHash, artefactFault, replayFailures, calibrationError } = evidence;
  return [
    check('schema', schemaHash === knownSchemaHash, `features ${schemaHash}, known ${knownSchemaHash ?? 'none'}`),
    atMost('parity', evidence.parityError, limits.parityError, { isOptional: true }),
    check('usable', artefactFault === null, artefactFault ?? 'every number is finite and every shape fits'),
    atMost('size', evidence.artefactBytes, limits.artefactBytes),
    below('speed', evidence.inferenceMs, limits.inferenceMs),
    atMost('replay', replayFailures, 0),
    precision(evidence, limits),
    falseRollbacks(evidence.falseRollback, limits.falseRollback),
    atMost('calibrationError', calibrationError, limits.calibrationError),
    atLeast('calibrationRuns', evidence.calibrationRuns.found, evidence.calibrationRuns.needed),
    gap('bandGap', evidence.bandGap),
    gap('segmentGap', evidence.segmentGap),
    benchmark(evidence.benchmarkCost),
  ];
}

/** What a model has to show while others decide. */
export function shadowChecks({ shadow }: GateEvidence, limits: GateLimits): readonly GateCheck[] {
  return [
    atLeast('shadowDays', shadow?.days ?? null, limits.shadowDays),
    atLeast('shadowRollouts', shadow?.rollouts ?? null, limits.shadowRollouts),
    below('scoreStability', shadow?.scoreStability ?? null, limits.scoreStability),
  ];
}

/** What a model has to show on the rollouts that it is given. */
export function canaryChecks({ canary }: GateEvidence, limits: GateLimits): readonly GateCheck[] {
  const isWorse = canary?.isWorse ?? null;
  return [
    atLeast('canaryRollouts', canary?.rollouts ?? null, limits.canaryRollouts),
    isWorse === null
      ? { check: 'canaryHarm', outcome: 'notMeasured', message: 'it has not been in the canary' }
      : check('canaryHarm', !isWorse, isWorse ? 'it is worse than the champion' : 'it is not shown to be worse'),
  ];
}

function precision(
  { averagePrecision, championAveragePrecision: champion }: GateEvidence,
  limits: GateLimits,
): GateCheck {
  const name = 'averagePrecision';
  if (averagePrecision === null || Number.isNaN(averagePrecision.value)) return notMeasured(name);
  const { value } = averagePrecision;
  // Without a champion there is nothing to fall behind.
  if (champion === null) return { check: name, outcome: 'passed', message: `${short(value)}; there is no champion` };
  const least = champion - limits.averagePrecisionLoss;
  return check(
    name,
    value >= least,
    `${short(value)} against ${short(champion)} of the champion, at least ${short(least)}`,
  );
}

function falseRollbacks(measured: Measured | null, limit: number): GateCheck {
  const name = 'falseRollback';
  if (measured === null || Number.isNaN(measured.value)) return notMeasured(name);
  const { value, lower, upper } = measured;
  return check(name, value <= limit, `${short(value)} [${short(lower)}, ${short(upper)}], at most ${limit}`);
}

function gap(name: string, measured: MeasuredGap | null): GateCheck {
  if (measured === null)
    return { check: name, outcome: 'notApplicable', message: 'no two groups have 50 benign and 50 harmful runs' };
  return check(name, !measured.blocksPromotion, `${short(measured.value)} of false rollbacks between best and worst`);
}

function benchmark(cost: Measured | null): GateCheck {
  const name = 'benchmarkCost';
  if (cost === null) return { check: name, outcome: 'notApplicable', message: 'the benchmark was not played' };
  const { value, lower, upper } = cost;
  return check(name, !(lower > 0), `${short(value)} [${short(lower)}, ${short(upper)}] more than the champion`);
}

function atMost(
  name: string,
  found: number | null,
  limit: number,
  { isOptional = false }: { readonly isOptional?: boolean } = {},
): GateCheck {
  if (found === null && isOptional)
    return { check: name, outcome: 'notApplicable', message: 'there is nothing to compare' };
  return found === null ? notMeasured(name) : check(name, found <= limit, `${short(found)}, at most ${limit}`);
}

function below(name: string, found: number | null, limit: number): GateCheck {
  return found === null ? notMeasured(name) : check(name, found < limit, `${short(found)}, below ${limit}`);
}

function atLeast(name: string, found: number | null, limit: number): GateCheck {
  return found === null ? notMeasured(name) : check(name, found >= limit, `${short(found)}, at least ${limit}`);
}

/** NaN passes nothing, because every comparison with it is false. */
export function check(name: string, isPassed: boolean, message: string): GateCheck {
  return { check: name, outcome: isPassed ? 'passed' : 'failed', message };
}

function notMeasured(name: string): GateCheck {
  return { check: name, outcome: 'notMeasured', message: 'nobody has measured it' };
}

/** A number in a message. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
