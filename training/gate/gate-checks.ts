import type { GateEvidence, Measured, MeasuredGap } from './gate-evidence.ts';
import type { GateLimits } from './gate-limits.ts';
import { atLeast, atMost, below, check, type GateCheck, inWords, notMeasured, short } from './named-check.ts';

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
  return check(name, measured.value <= limit, `${inWords(measured)}, at most ${limit}`);
}

function gap(name: string, measured: MeasuredGap | null): GateCheck {
  if (measured === null)
    return { check: name, outcome: 'notApplicable', message: 'no two groups have 50 benign and 50 harmful runs' };
  return check(name, !measured.blocksPromotion, `${short(measured.value)} of false rollbacks between best and worst`);
}

/** Passed unless the cost is shown to be larger. */
export function benchmark(cost: Measured | null): GateCheck {
  const name = 'benchmarkCost';
  if (cost === null) return { check: name, outcome: 'notApplicable', message: 'the benchmark was not played' };
  return check(name, cost.lower <= 0, `${inWords(cost)} more than the champion`);
}
