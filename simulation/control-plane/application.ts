import type { MetricReport, ReportRow, RolloutOverlay, Scope, WindowStore } from '../../domain/index.ts';
import { Problem } from '../../domain/index.ts';
import type { Choices } from './choices.ts';
import { drawRows } from './draw-rows.ts';
import type { ReportLedger } from './invariants/report-ledger.ts';
import type { Violate } from './invariants/violation.ts';
import type { Machine } from './machine.ts';
import type { Hub, Reader } from './parts.ts';

const POLL_MS = { least: 700, most: 1_500 };
const RETRY_MS = { least: 500, most: 2_500 };

/** An application's process: reads snapshots, and reports what its units did. */
export interface ApplicationParts {
  readonly machine: Machine;
  readonly choices: Choices;
  readonly scope: Scope;
  /** Under which its reports count. */
  readonly origin: string;
  readonly windows: Pick<WindowStore, 'acceptReport'>;
  readonly hubs: readonly { readonly machine: Machine; readonly hub: Hub }[];
  readonly openReader: () => Reader;
  readonly latencyMs: () => number;
  readonly ledger: ReportLedger;
  readonly violate: Violate;
  /** Rollouts whose treatment does harm. */
  readonly harmful: ReadonlySet<string>;
  readonly windowMs: number;
  /** True while there is traffic. */
  readonly hasTraffic: () => boolean;
}

/** One process of an application, from its start to its end. */
export class Application {
  readonly #parts: ApplicationParts;
  readonly #reader: Reader;
  readonly #epoch: number;
  readonly #pending = new Map<number, MetricReport>();
  #sequence = 0;
  /** What was served in the window that is open. */
  #overlays = new Map<string, RolloutOverlay>();
  #lastOffer = '';

  constructor(parts: ApplicationParts, epoch: number) {
    this.#parts = parts;
    this.#epoch = epoch;
    this.#reader = parts.openReader();
  }

  /** Begins to read and to report. */
  start(): void {
    const { machine, choices } = this.#parts;
    machine.repeat(
      () => choices.between(POLL_MS.least, POLL_MS.most),
      () => this.#poll(),
    );
    this.#awaitWindow();
  }

  /** The version that it holds; 0 before the first. */
  get version(): number {
    return this.#reader.held()?.version ?? 0;
  }

  /** Reports that nobody has acknowledged yet. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Asks one of the hubs, and does not wait for answers to earlier questions. */
  #poll(): void {
    const { machine, choices, hubs, latencyMs } = this.#parts;
    if (hubs.length === 0) return;
    const { machine: server, hub } = choices.pick(hubs);
    if (!server.isUp || server.isStopped) return;
    const snapshot = hub.current();
    if (snapshot === undefined) return;
    for (let copy = choices.chance(0.05) ? 2 : 1; copy > 0; copy -= 1) {
      machine.goOnAfter(latencyMs() + latencyMs(), () => this.#receive(snapshot));
    }
  }

  #receive(snapshot: string): void {
    if (snapshot === this.#lastOffer) return;
    const before = this.#reader.held();
    this.#reader.offer(snapshot);
    this.#lastOffer = snapshot;
    const after = this.#reader.held();
    if (before !== undefined && after !== undefined && after.version < before.version) {
      this.#parts.violate('monotone reader', `${this.#parts.machine.name} from ${before.version} to ${after.version}`);
    }
    for (const overlay of after?.rollouts ?? []) {
      if (overlay.isMeasured) this.#overlays.set(`${overlay.rollout} ${overlay.coverage}`, overlay);
    }
  }

  /** Windows end by the machine's own clock. */
  #awaitWindow(): void {
    const { machine, choices, windowMs } = this.#parts;
    const endMs = (Math.floor(machine.clock.nowMs() / windowMs) + 1) * windowMs;
    machine.goOnAfter(endMs - machine.clock.nowMs() + choices.between(0, 400), () => {
      this.#report(endMs);
      this.#awaitWindow();
    });
  }

  #report(endMs: number): void {
    const { machine, choices, harmful, windowMs, hasTraffic } = this.#parts;
    const overlays = [...this.#overlays.values()];
    this.#overlays = new Map(
      (this.#reader.held()?.rollouts ?? [])
        .filter(({ isMeasured }) => isMeasured)
        .map((overlay) => [`${overlay.rollout} ${overlay.coverage}`, overlay]),
    );
    if (overlays.length === 0 || !hasTraffic()) return;
    const rows: readonly ReportRow[] = overlays.flatMap((overlay) =>
      drawRows({ overlay, startMs: endMs - windowMs, endMs, isHarmful: harmful.has(overlay.rollout) }, choices),
    );
    const { name: source, clock } = machine;
    const report = { source, epoch: this.#epoch, sequence: this.#sequence, sentAtMs: clock.nowMs(), rows };
    this.#sequence += 1;
    this.#pending.set(report.sequence, report);
    void this.#send(report);
    if (choices.chance(0.05)) void this.#send(report);
  }

  async #send(report: MetricReport): Promise<void> {
    const { windows, scope, origin, ledger, machine, choices, violate } = this.#parts;
    try {
      await windows.acceptReport(scope, report, origin);
      ledger.noteAcknowledged(report);
      this.#pending.delete(report.sequence);
    } catch (error) {
      if (error instanceof Problem && error.code === 'unavailable') {
        if (!this.#pending.has(report.sequence)) return;
        machine.goOnAfter(choices.between(RETRY_MS.least, RETRY_MS.most), () => void this.#send(report));
        return;
      }
      violate('no other failure', `${machine.name}: ${String(error)}`);
    }
  }
}
