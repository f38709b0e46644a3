import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PATIENCE_MS } from '../services/patience.ts';
import { isPrometheusMissing, PrometheusService } from '../services/prometheus.ts';
import { allQuestions, type Question } from './questions.ts';
import { type Scenario, startScenario } from './scenario.ts';

const RULES = ['recording', 'alerting'].map((name) =>
  fileURLToPath(new URL(`../../dashboards/prometheus/${name}.rules.yml`, import.meta.url)),
);
const EVERY_SECOND = { interval: 1_000 };

describe.skipIf(isPrometheusMissing())('a real Prometheus that scrapes a real server', () => {
  let scenario: Scenario;
  let prometheus: PrometheusService;
  beforeAll(async () => {
    scenario = await startScenario();
    prometheus = await PrometheusService.create(Number(new URL(scenario.server.url).port), RULES);
    // Marks are set only where it was looked before.
    const wasSeen = async () => (await prometheus.answersTo('rampwright_environment_version offset 15s')).length > 0;
    await vi.waitUntil(wasSeen, { ...EVERY_SECOND, timeout: PATIENCE_MS });
    await scenario.begin();
  });
  afterAll(async () => {
    await prometheus?.close();
    await scenario?.close();
  });

  /** Null when the question is answered with a number that can be drawn, and by series that have the labels shown. */
  async function faultOf({ where, exprs, shown }: Question): Promise<string | null> {
    const all = await Promise.all(exprs.map((expr) => prometheus.answersTo(expr)));
    const answers = all.flat().filter(({ value }) => Number.isFinite(value));
    if (answers.length === 0) return `${where}: no data for ${exprs[0]}`;
    // "or vector(0)": that nothing of the kind has happened is an answer, without labels.
    if (answers.every(({ labels }) => Object.keys(labels).length === 0))
      return exprs[0]!.endsWith('or vector(0)') || shown.length === 0 ? null : `${where}: no labels`;
    const missing = shown.filter((label) => !answers.some(({ labels }) => label in labels));
    return missing.length === 0 ? null : `${where}: no series has ${missing.join(', ')}: ${exprs[0]}`;
  }

  it('answers every question of every dashboard', async () => {
    let open = allQuestions(['sound', 'harmful', 'last']);
    await expect
      .poll(async () => {
        await scenario.goOn();
        const faults = [];
        for (const question of open) faults.push({ question, fault: await faultOf(question) });
        open = faults.filter(({ fault }) => fault !== null).map(({ question }) => question);
        return faults.flatMap(({ fault }) => fault ?? []);
      }, EVERY_SECOND)
      .toEqual([]);
  });

  it('evaluates every rule without an error, and records what can be recorded', async () => {
    type Rule = { readonly name: string; readonly type: string; readonly query: string; readonly health: string };
    const rulesNow = async () =>
      (await prometheus.get<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap(({ rules }) => rules);
    await expect
      .poll(async () => (await rulesNow()).map(({ health }) => health), EVERY_SECOND)
      .not.toContain('unknown');
    const rules = await rulesNow();
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    for (const { name } of rules.filter(({ type }) => type === 'recording'))
      await expect.poll(() => prometheus.answersTo(name), EVERY_SECOND).not.toEqual([]);
  });

  it('knows every figure that a rule names', async () => {
    const known = Object.keys(await prometheus.get<Readonly<Record<string, unknown>>>('metadata'));
    const text = RULES.map((file) => readFileSync(file, 'utf8')).join('\n');
    const named = new Set([...text.matchAll(/\brampwright_\w+/g)].map(([name]) => name.replace(/_bucket$/, '')));
    expect(named.size).toBeGreaterThan(15);
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });
});
