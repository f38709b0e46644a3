import { createHash } from 'node:crypto';
import type { PassReport } from '../../controller/index.ts';
import { type DecisionAction, type Rollout, type Scope, SHARE_TOTAL } from '../../domain/index.ts';

/** A mark in Grafana, as its API takes it. */
export interface GrafanaAnnotation {
  /** Ms since 1970. */
  readonly time: number;
  readonly tags: readonly string[];
  readonly text: string;
}

/** A mark, and the id under which it is made once however many servers know of it. */
export interface IdentifiedAnnotation {
  readonly id: string;
  readonly annotation: GrafanaAnnotation;
}

const WORDS: Readonly<Record<Exclude<DecisionAction, 'hold'>, (percent: string) => string>> = {
  ramp: (percent) => `ramped to ${percent} %`,
  stepBack: (percent) => `stepped back to ${percent} %`,
  complete: () => 'completed',
  rollback: () => 'rolled back',
};

/** The mark of a decision that moved a rollout; undefined for what only waited, or did not take effect. */
export function annotationOfDecision(
  scope: Scope,
  { rollout, outcome, record, wasApplied }: PassReport,
): IdentifiedAnnotation | undefined {
  const { action, coverage, reasons } = outcome.decision;
  if (!wasApplied || record === undefined || action === 'hold') return undefined;
  const what = WORDS[action](String(coverage / (SHARE_TOTAL / 100)));
  return {
    id: idOf(record.decisionId),
    annotation: {
      time: record.decidedAtMs,
      tags: tagsOf(scope, rollout, action),
      text: sentence(rollout, what, reasons[0]?.message),
    },
  };
}

/** The mark of what a person did; `rollout` is where it stands afterwards. */
export function annotationOfMove(
  scope: Scope,
  rollout: Rollout,
  move: { readonly verb: string; readonly reason: string | undefined; readonly atMs: number },
): IdentifiedAnnotation {
  const { generation, revision } = rollout.state;
  const { verb, reason, atMs } = move;
  return {
    id: idOf([scope.tenant, scope.environment, rollout.definition.rollout, generation, revision].join('\n')),
    annotation: {
      time: atMs,
      tags: [...tagsOf(scope, rollout, verb), 'by-hand'],
      text: sentence(rollout, `${verb}, by hand`, reason),
    },
  };
}

function tagsOf({ environment }: Scope, { definition }: Rollout, what: string): readonly string[] {
  return ['rampwright', environment, definition.flag, definition.rollout, what];
}

function sentence({ definition }: Rollout, what: string, reason: string | undefined): string {
  return `${definition.rollout} (flag ${definition.flag}): ${what}${reason === undefined ? '' : `. ${reason}`}`;
}

function idOf(text: string): string {
  return `annotation-${createHash('sha256').update(text).digest('hex')}`;
}
