import type { Authorship, ReportingSource, Scope } from '../../../domain/index.ts';
import { compareBytes, findEnvironment, recordChange, requireEnvironment, type Tables } from './tables.ts';

const HOUR_MS = 3_600_000;

/** Leaves a source out of all decisions; one that is already keeps its first reason. */
export function quarantineSource(
  tables: Tables,
  scope: Scope,
  source: string,
  { actor, reason }: Authorship,
  nowMs: number,
): void {
  const environment = requireEnvironment(tables, scope);
  if (environment.quarantines.has(source)) return;
  environment.quarantines.set(source, { sinceMs: nowMs, actor, reason: reason ?? null });
  const payload = { reason: reason ?? null };
  recordChange(environment, { kind: 'sourceQuarantined', subject: source, payload, actor, atMs: nowMs });
}

/** Lets a source count again; false when it was not in quarantine. */
export function releaseSource(
  tables: Tables,
  scope: Scope,
  source: string,
  { actor, reason }: Authorship,
  nowMs: number,
): boolean {
  const environment = requireEnvironment(tables, scope);
  if (!environment.quarantines.delete(source)) return false;
  const payload = { reason: reason ?? null };
  recordChange(environment, { kind: 'sourceReleased', subject: source, payload, actor, atMs: nowMs });
  return true;
}

/** Sources heard lately or in quarantine. */
export function listSources(tables: Tables, scope: Scope, nowMs: number): readonly ReportingSource[] {
  const environment = findEnvironment(tables, scope);
  if (environment === undefined) return [];
  const { heard, trouble, quarantines, streams } = environment;
  const pushed = [...streams.values()];
  const names = new Set([
    ...heard.map(({ origin }) => origin),
    ...pushed.map(({ origin }) => origin),
    ...trouble.map(({ source }) => source),
    ...quarantines.keys(),
  ]);
  const isRecent = ({ atMs }: { readonly atMs: number }) => atMs > nowMs - HOUR_MS;
  return [...names].sort(compareBytes).map((source) => {
    const reports = heard.filter(({ origin }) => origin === source);
    const troubles = trouble.filter((entry) => entry.source === source);
    const countOf = (kind: string) => troubles.filter((entry) => entry.kind === kind && isRecent(entry)).length;
    const momentsMs = [
      ...[...reports, ...troubles].map(({ atMs }) => atMs),
      ...pushed.filter(({ origin }) => origin === source).map(({ seenAtMs }) => seenAtMs),
    ];
    const key = tables.keys.get(source);
    return {
      source,
      keyName: key?.tenant === scope.tenant ? key.name : null,
      reports: reports.filter(isRecent).length,
      lateReports: countOf('late'),
      duplicateReports: countOf('duplicate'),
      refusedReports: countOf('refused'),
      lastSeenMs: momentsMs.length === 0 ? null : Math.max(...momentsMs),
      quarantine: quarantines.get(source) ?? null,
    };
  });
}
