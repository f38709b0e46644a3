import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  checkReport,
  planRollout,
  prometheusMetricsOf,
  SOURCE_FAULTS,
  selectorsOf,
} from '../../../controller/index.ts';
import { VARIABLES } from '../../../server/configuration.ts';

const page = readFileSync(new URL('../../../docs/sources.md', import.meta.url), 'utf8');
const [, reports = '', prometheus = ''] = page.split(/^## (?:Reports|Prometheus|OTLP)$/m);
const bodyOf = (section: string) => JSON.parse(/-d '(\{.*?\})'$/ms.exec(section)![1]!);

describe('The documentation of sources', () => {
  it('explains every fault of a source', () => {
    const table = prometheus.slice(prometheus.indexOf('| reason |'));
    const reasons = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, reason]) => reason),
    );
    expect(reasons.sort()).toEqual(Object.keys(SOURCE_FAULTS).sort());
  });

  it('names variables that are read', () => {
    const named = page.match(/\bRAMPWRIGHT_PROMETHEUS_[A-Z_]+\b/g) ?? [];
    const read = Object.keys(VARIABLES).filter((name) => name.startsWith('RAMPWRIGHT_PROMETHEUS_'));
    expect([...new Set(named)].sort()).toEqual(read.sort());
  });

  it('shows a rollout that can be planned, with the selectors that it means', () => {
    const flag = { state: 'ENABLED', variants: { classic: 1, express: 2 }, defaultVariant: 'classic' } as const;
    const definition = planRollout(bodyOf(prometheus), flag);
    expect(selectorsOf(prometheusMetricsOf(definition))).toEqual([
      'http_requests_total{flag="checkout"}',
      'http_requests_total{flag="checkout", status=~"5.."}',
      'http_request_duration_seconds_bucket{flag="checkout"}',
    ]);
  });

  it('shows a report that does not contradict itself', () => {
    expect(checkReport(bodyOf(reports))).toEqual([]);
  });
});
