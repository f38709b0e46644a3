import { check, type GateCheck, short } from './gate-checks.ts';
import { GATE_LIMITS } from './gate-limits.ts';
import type { GateResult } from './pass-gate.ts';

/** What is known of a novelty model after a backtest. */
export interface NoveltyEvidence {
  readonly schemaHash: string;
  readonly knownSchemaHash: string | null;
  /** Why the artefact cannot be served, in words; null for a usable one. */
  readonly artefactFault: string | null;
  readonly artefactBytes: number;
  /** Benign rollouts that thresholds come from, and how many α needs. */
  readonly calibrationRuns: { readonly found: number; readonly needed: number };
  /** Benign held-out rollouts, and those among them that it calls novel. */
  readonly benign: { readonly runs: number; readonly novel: number };
  /** Chance of as many novel ones if a share α is. */
  readonly novelPValue: number;
  /** Share of the same rollouts that it calls novel once their inputs no longer belong together. */
  readonly corruptedShare: number | null;
  /** The same of the champion; null without one. */
  readonly championCorruptedShare: number | null;
}

/** Below this chance a model calls too many rollouts novel. */
const UNLIKELY = 0.05;

/** How much less than the champion a model may recognise: the noise of a few dozen rollouts. */
const LOSS = 0.05;

/** Whether a novelty model takes the champion's place; it may only make decisions more careful, so no stage lies between. */
export function passNoveltyGate(evidence: NoveltyEvidence): GateResult {
  const { schemaHash, knownSchemaHash, artefactFault, artefactBytes, calibrationRuns, benign, novelPValue } = evidence;
  const checks: readonly GateCheck[] = [
    check('schema', schemaHash === knownSchemaHash, `features ${schemaHash}, known ${knownSchemaHash ?? 'none'}`),
    check('usable', artefactFault === null, artefactFault ?? 'every number is finite and every shape fits'),
    check('size', artefactBytes <= GATE_LIMITS.artefactBytes, `${artefactBytes}, at most ${GATE_LIMITS.artefactBytes}`),
    check(
      'calibrationRuns',
      calibrationRuns.found >= calibrationRuns.needed,
      `${calibrationRuns.found}, at least ${calibrationRuns.needed}`,
    ),
    benign.runs === 0
      ? { check: 'novelShare', outcome: 'notMeasured', message: 'no benign rollout was held out' }
      : check(
          'novelShare',
          novelPValue >= UNLIKELY,
          `${benign.novel} of ${benign.runs} benign rollouts, p = ${short(novelPValue)}`,
        ),
    corrupted(evidence),
  ];
  const reasons = checks
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'notMeasured')
    .map(({ check: name, message }) => `${name}: ${message}`);
  const isGood = reasons.length === 0;
  return { verdict: isGood ? 'promote' : 'keep', nextState: isGood ? 'champion' : 'candidate', checks, reasons };
}

function corrupted({ corruptedShare, championCorruptedShare: champion }: NoveltyEvidence): GateCheck {
  const name = 'corruptedShare';
  if (corruptedShare === null) return { check: name, outcome: 'notMeasured', message: 'nobody has measured it' };
  const least = champion === null ? 0 : champion - LOSS;
  const against =
    champion === null ? 'there is no champion' : `${short(champion)} of the champion, at least ${short(least)}`;
  return check(name, corruptedShare >= least, `${short(corruptedShare)}; ${against}`);
}
