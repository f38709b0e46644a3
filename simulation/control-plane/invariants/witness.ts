import type {
  Clock,
  DecisionRecord,
  DecisionToApply,
  RolloutMove,
  RolloutState,
  Scope,
} from '../../../domain/index.ts';
import { isMove } from '../store/apply-decision.ts';
import { isInProgress } from '../store/rollouts.ts';
import type { AllStatements } from '../store/statements.ts';
import { sumParts } from '../store/sum-parts.ts';
import { findRollout, parsed, type RolloutTable, requireEnvironment, type Tables } from '../store/tables.ts';
import { checkDecision } from './check-decision.ts';
import type { ReportLedger } from './report-ledger.ts';
import type { Violate } from './violation.ts';

/** What a witness works with. */
export interface WitnessParts {
  readonly tables: Tables;
  readonly clock: Clock;
  readonly ledger: ReportLedger;
  readonly violate: Violate;
  /** Told of what took effect or was refused. */
  readonly note: (what: string) => void;
}

/** How often what happened. */
export interface Counts {
  readonly applied: Record<DecisionToApply['action'], number>;
  refused: number;
}

/** Looks at every statement when the database has done it, and knows by itself what must be true. */
export class Witness {
  readonly counts: Counts = { applied: { ramp: 0, hold: 0, stepBack: 0, rollback: 0, complete: 0 }, refused: 0 };
  readonly #parts: WitnessParts;
  readonly #moves = new Set<string>();
  readonly #rolledBack = new Set<string>();
  /** By rollout: how far evidence reached, by its text. */
  readonly #saved = new Map<string, Map<string, number>>();
  readonly #looks = new Set<string>();

  constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  /** The same statements, looked at. */
  watch(statements: AllStatements): AllStatements {
    const { flags, rollouts, windows, decisions } = statements;
    return {
      ...statements,
      flags: { ...flags, writeFlag: (...args) => this.#checkHistory(args[0], flags.writeFlag(...args)) },
      rollouts: {
        ...rollouts,
        createRollout: (...args) => this.#checkHistory(args[0], rollouts.createRollout(...args)),
        moveRollout: (...args) => this.#watchMove(args, rollouts.moveRollout),
        applyDecision: (decision) => this.#watchDecision(decision, rollouts.applyDecision),
      },
      windows: {
        ...windows,
        acceptReport: (scope, report, origin) => {
          const receipt = windows.acceptReport(scope, report, origin);
          this.#parts.ledger.noteAnswer(report, receipt);
          return receipt;
        },
        closeWindows: (...args) => {
          const row = windows.closeWindows(...args);
          this.#parts.ledger.noteClosed(args[1], row.closedThroughMs);
          this.#looks.add(`${args[1]} ${this.#parts.clock.nowMs()}`);
          return row;
        },
      },
      decisions: {
        ...decisions,
        append: (scope, record) => {
          decisions.append(scope, record);
          if (!this.#looks.has(`${record.rollout} ${record.decidedAtMs}`)) {
            this.#parts.violate(
              "database's clock",
              `${record.rollout} was decided at ${record.decidedAtMs}, when nobody looked`,
            );
          }
        },
      },
    };
  }

  /** What was concluded must rest on windows as they are at the end. */
  checkRecords(scope: Scope): void {
    const { records, rollouts } = requireEnvironment(this.#parts.tables, scope);
    for (const [name, rollout] of rollouts) {
      const closed = new Map(
        closedWindowsOf(rollout).map((window) => [`${window.startMs} ${window.coverage}`, window]),
      );
      for (const id of rollout.decisionKeys.values()) {
        const text = records.get(id)?.text;
        if (text === undefined) continue;
        const { observation } = parsed<DecisionRecord & { readonly observation: { windows: never[] } }>(text);
        for (const window of observation.windows as { startMs: number; coverage: number }[]) {
          const now = closed.get(`${window.startMs} ${window.coverage}`);
          if (JSON.stringify(now) === JSON.stringify(window)) continue;
          this.#parts.violate('closed stays closed', `window ${window.startMs} of ${name} is not what was decided on`);
        }
      }
    }
  }

  #watchDecision(decision: DecisionToApply, apply: (decision: DecisionToApply) => boolean): boolean {
    const { tables, violate, note } = this.#parts;
    const { scope, rollout: name, generation, action, coverage, decisionId } = decision;
    const rollout = findRollout(tables, scope, name)!;
    const { state: stateBefore, evidence: evidenceBefore } = rollout;
    const versionBefore = requireEnvironment(tables, scope).version;
    const wasApplied = this.#checkHistory(scope, apply(decision));
    this.#checkRolledBack(name, rollout.state);
    if (rollout.evidence.throughMs < evidenceBefore.throughMs) {
      violate('evidence', `${name} went back from ${evidenceBefore.throughMs} to ${rollout.evidence.throughMs}`);
    }
    const what = `${action} of ${name} to ${coverage} through ${decision.windowEndMs}, decision ${decisionId.slice(0, 8)}`;
    if (!wasApplied) {
      note(`refuses ${what}`);
      this.counts.refused += 1;
      const isSame = rollout.state === stateBefore && rollout.evidence === evidenceBefore;
      if (!isSame || requireEnvironment(tables, scope).version !== versionBefore) violate('all or nothing', what);
      const isWanted =
        action === 'rollback' && generation === stateBefore.generation && isInProgress(stateBefore.phase);
      if (isWanted) violate('rollback wins', `refused: ${what}`);
      return false;
    }
    note(`applies ${what}`);
    this.counts.applied[action] += 1;
    this.#checkApplied(decision, rollout, stateBefore);
    return true;
  }

  #checkApplied(decision: DecisionToApply, rollout: RolloutTable, stateBefore: RolloutState): void {
    const { tables, violate, clock } = this.#parts;
    const { scope, rollout: name, generation, windowEndMs, decisionId } = decision;
    if (isMove(decision)) {
      const slot = `${name} ${generation} ${windowEndMs}`;
      if (this.#moves.has(slot)) violate('one move per window', `a second one through ${windowEndMs} of ${name}`);
      this.#moves.add(slot);
    }
    if (decision.action === 'rollback') this.#rolledBack.add(`${name} ${generation}`);
    const saved = this.#saved.get(name) ?? new Map<string, number>();
    const text = requireEnvironment(tables, scope).records.get(decisionId)?.text;
    const record = text === undefined ? undefined : parsed<DecisionRecord>(text);
    const windowsBetween = (fromMs: number, throughMs: number) =>
      closedWindowsOf(rollout).filter(({ endMs }) => endMs > fromMs && endMs <= throughMs);
    checkDecision({ decision, record, stateBefore, rollout, nowMs: clock.nowMs(), saved, windowsBetween }, violate);
    const { state, throughMs } = rollout.evidence;
    if (state !== null) this.#saved.set(name, saved.set(state, throughMs));
  }

  #watchMove(
    args: [Scope, string, RolloutMove],
    moveRollout: AllStatements['rollouts']['moveRollout'],
  ): ReturnType<typeof moveRollout> {
    const [scope, name, move] = args;
    const rollout = findRollout(this.#parts.tables, scope, name)!;
    const { phase, generation } = rollout.state;
    const moved = this.#checkHistory(scope, moveRollout(...args));
    this.#parts.note(moved === undefined ? `refuses to ${move.verb} ${name}` : `lets a person ${move.verb} ${name}`);
    if (move.verb === 'rollback') {
      if (moved === undefined && move.fromPhases.includes(phase))
        this.#parts.violate('rollback wins', `of ${name} by a person`);
      if (moved !== undefined) this.#rolledBack.add(`${name} ${generation}`);
    }
    this.#checkRolledBack(name, rollout.state);
    return moved;
  }

  #checkRolledBack(name: string, { generation, coverage, phase }: RolloutState): void {
    if (this.#rolledBack.has(`${name} ${generation}`) && (coverage > 0 || phase !== 'rolledBack')) {
      this.#parts.violate('rollback is final', `${name} is ${phase} at ${coverage} after its rollback`);
    }
  }

  #checkHistory<Result>(scope: Scope, result: Result): Result {
    const { version, changes } = requireEnvironment(this.#parts.tables, scope);
    if (changes.length !== version || changes.at(-1)?.version !== version) {
      this.#parts.violate('gapless versions', `version ${version} after ${changes.length} changes`);
    }
    return result;
  }
}

function closedWindowsOf({ parts, closedThroughMs }: RolloutTable) {
  return sumParts(parts.filter(({ endMs, isLate }) => endMs <= closedThroughMs && !isLate));
}
