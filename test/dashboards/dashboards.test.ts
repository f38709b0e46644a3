import { readdirSync, readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { allDashboards, fileOf } from '../../dashboards/grafana/index.ts';
import { allQuestions, panelsOf } from './questions.ts';

const GENERATED = new URL('../../dashboards/grafana/generated/', import.meta.url);
const dashboards = Object.entries(allDashboards());

describe('dashboards', () => {
  it('are the ones that are checked in: npm run dashboards', () => {
    expect(readdirSync(GENERATED).sort()).toEqual(dashboards.map(([name]) => `${name}.json`).sort());
    for (const [name, dashboard] of dashboards)
      expect(readFileSync(new URL(`${name}.json`, GENERATED), 'utf8'), name).toBe(fileOf(dashboard));
  });

  it('say how to read every panel, in a sentence of its own', () => {
    for (const [name, dashboard] of dashboards) {
      const panels = panelsOf(dashboard);
      expect(new Set(panels.map(({ title }) => title)).size, name).toBe(panels.length);
      for (const { title, description, fieldConfig } of panels) {
        expect(description, `${name} / ${title}`).toMatch(/^\S.{20,}\.$/);
        expect(fieldConfig.defaults.unit, `${name} / ${title}`).toBeTruthy();
      }
    }
  });

  it('fill the width of the page, and overlap nowhere', () => {
    for (const [name, { panels = [] }] of dashboards) {
      const taken = new Set<string>();
      for (const { gridPos } of panels) {
        const { x, y, w, h } = gridPos!;
        for (let column = x; column < x + w; column += 1)
          for (let row = y; row < y + h; row += 1) {
            expect(taken.has(`${column},${row}`), `${name} at ${column},${row}`).toBe(false);
            taken.add(`${column},${row}`);
          }
        expect(x + w, name).toBeLessThanOrEqual(24);
      }
    }
  });

  it('link only to each other', () => {
    const uids = dashboards.map(([, { uid }]) => uid);
    const links = dashboards.flatMap(([, dashboard]) => [...fileOf(dashboard).matchAll(/\/d\/([\w-]+)/g)]);
    expect(links.length).toBeGreaterThan(0);
    for (const [, uid] of links) expect(uids).toContain(uid);
  });

  it('ask in valid PromQL', () => {
    const asked = allQuestions(['r']).flatMap(({ where, exprs }) => exprs.map((expr) => ({ where, expr })));
    for (const { where, expr } of asked) {
      const faults: string[] = [];
      parser.parse(expr).iterate({
        enter: ({ type, from, to }) => {
          if (type.isError) faults.push(`${from} to ${to} in ${expr}`);
        },
      });
      expect(faults, where).toEqual([]);
    }
  });
});
