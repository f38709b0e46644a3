import type { Change } from '../api/answers.ts';

/** A change of a rollout's coverage or phase. */
export interface Move {
  readonly kind: string;
  readonly atMs: number;
  readonly coverage: number;
  readonly reason: string | null;
  readonly actor: string;
}

/** The moves in a history, oldest first. */
export function movesIn(changes: readonly Change[], generation: number): readonly Move[] {
  return changes
    .flatMap(({ kind, payload, actor, atMs }) => {
      const moved = payload as { generation?: number; coverage?: number; reason?: string | null } | null;
      if (moved?.generation !== generation || moved.coverage === undefined) return [];
      return [{ kind, atMs, coverage: moved.coverage, reason: moved.reason ?? null, actor }];
    })
    .reverse();
}
