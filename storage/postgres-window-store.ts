import type {
  Authorship,
  ClosedWindow,
  CountedStreams,
  EvidenceRow,
  MetricReport,
  ReportingSource,
  ReportReceipt,
  Scope,
  StreamCount,
  WindowStore,
} from '../domain/index.ts';
import { acceptReport } from './accept-report.ts';
import { closeWindows } from './close-windows.ts';
import { countStreams } from './count-streams.ts';
import type { Database } from './database.ts';
import { forgetOld } from './forget-old.ts';
import { maintainWindows } from './maintain-windows.ts';
import { readClosedWindows, readRecentWindows } from './read-windows.ts';
import { listSources, quarantineSource, releaseSource } from './source-quarantine.ts';
import { countTrouble } from './source-trouble.ts';
import { sql } from './statement.ts';

/** Once maintenance has left so many dead rows, their space is made free for new ones. */
const VACUUM_AFTER_ROWS = 2_000;

/** Windows of sufficient statistics in PostgreSQL. */
export class PostgresWindowStore implements WindowStore {
  readonly #database: Database;
  readonly #vacuums: boolean;
  #deadRows = 0;

  /** `vacuums`: the database does not do so itself, as the embedded one. */
  constructor(database: Database, { vacuums }: { readonly vacuums: boolean }) {
    this.#database = database;
    this.#vacuums = vacuums;
  }

  acceptReport(scope: Scope, report: MetricReport, origin: string): Promise<ReportReceipt> {
    return acceptReport(this.#database.of(scope.tenant), scope, report, origin);
  }

  countStreams<Counts extends CountedStreams>(
    scope: Scope,
    streams: StreamCount<Counts>,
  ): Promise<Counts & { readonly lateRowCount: number }> {
    return countStreams(this.#database.of(scope.tenant), scope, streams);
  }

  closeWindows(
    scope: Scope,
    rollout: string,
    generation: number,
    options: { readonly allowedLatenessMs: number; readonly attributionMs: number },
  ): Promise<EvidenceRow & { readonly nowMs: number }> {
    return closeWindows(this.#database.of(scope.tenant).query, scope, { rollout, generation, ...options });
  }

  readClosedWindows(
    scope: Scope,
    rollout: string,
    generation: number,
    range: { readonly fromMs: number; readonly throughMs: number; readonly limit: number },
  ): Promise<readonly ClosedWindow[]> {
    return readClosedWindows(this.#database.of(scope.tenant), scope, { rollout, generation, ...range });
  }

  readRecentWindows(
    scope: Scope,
    rollout: string,
    generation: number,
    limit: number,
  ): Promise<readonly ClosedWindow[]> {
    return readRecentWindows(this.#database.of(scope.tenant).query, scope, { rollout, generation, limit });
  }

  countRefusedReport(scope: Scope, origin: string): Promise<void> {
    return countTrouble(this.#database.of(scope.tenant).query, scope, origin, 'refused');
  }

  quarantineSource(scope: Scope, source: string, authorship: Authorship): Promise<void> {
    return quarantineSource(this.#database.of(scope.tenant).query, scope, source, authorship);
  }

  releaseSource(scope: Scope, source: string, authorship: Authorship): Promise<boolean> {
    return releaseSource(this.#database.of(scope.tenant).query, scope, source, authorship);
  }

  listSources(scope: Scope): Promise<readonly ReportingSource[]> {
    return listSources(this.#database.of(scope.tenant).query, scope);
  }

  async maintain(): Promise<number> {
    const { acrossTenants } = this.#database;
    const found = (await maintainWindows(acrossTenants)) + (await forgetOld(acrossTenants));
    this.#deadRows += found;
    if (this.#vacuums && this.#deadRows >= VACUUM_AFTER_ROWS) {
      await this.#database.query(sql`vacuum`);
      this.#deadRows = 0;
    }
    return found;
  }
}
