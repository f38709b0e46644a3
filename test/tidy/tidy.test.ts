import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ambientViolations,
  cycles,
  deadFiles,
  importViolations,
  problemViolations,
  reachViolations,
  wildcardViolations,
} from './rules.ts';
import { readSources } from './source-tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = [
  'domain',
  'audit',
  'evaluator',
  'importers',
  'models',
  'controller',
  'storage',
  'jobs',
  'provider',
  'server',
  'demo',
  'simulation',
  'simulate',
  'threads',
  'training',
  'dashboards/console',
  'dashboards/grafana',
];
const sources = readSources(root, folders);

describe('the source tree', () => {
  it('imports only what the architecture allows, and other folders by their index', () => {
    expect(importViolations(sources)).toEqual([]);
  });

  it('has no clock, randomness, timers, environment or I/O in its pure parts', () => {
    expect(ambientViolations(sources)).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(cycles(sources)).toEqual([]);
  });

  it('has no dead files and no wildcard re-exports', () => {
    expect([...deadFiles(sources), ...wildcardViolations(sources)]).toEqual([]);
  });

  it('runs statements of storage behind row-level security', () => {
    expect(reachViolations(sources)).toEqual([]);
  });

  it('documents every problem that it raises, and raises every one that it documents', () => {
    expect(problemViolations(sources, readFileSync(join(root, 'docs/problems.md'), 'utf8'))).toEqual([]);
  });
});

describe('the rules bite', () => {
  const planted = (files: Readonly<Record<string, string>>) => new Map(Object.entries(files));

  it('finds an import that points up, one past an index, an unlisted package and I/O in a pure folder', () => {
    const tree = planted({
      'domain/a.ts': "import { decide } from '../controller/index.ts';",
      'evaluator/b.ts': "import { x } from '../domain/flag.ts';",
      'evaluator/c.ts': "import _ from 'lodash';",
      'models/d.ts': "import { readFileSync } from 'node:fs';",
      'unknown/e.ts': '',
      'provider/f.ts': "import { NameSchema } from '../domain/schema/index.ts';",
    });
    expect(importViolations(tree)).toHaveLength(6);
  });

  it('finds what should be loaded only when it is needed', () => {
    const lazy = "const { simulate } = await import('../simulate/index.ts');";
    expect(importViolations(planted({ 'server/a.ts': lazy }))).toEqual([]);
    for (const early of [
      "import { simulate } from '../simulate/index.ts';",
      `import type { SimulateOptions } from '../simulate/index.ts';\n${lazy}`,
      "await import('../simulate/seeds-in.ts');",
      "await import('../simulation/index.ts');",
    ])
      expect(importViolations(planted({ 'server/a.ts': early })), early).not.toEqual([]);
  });

  it('finds code taken from where only types may come from', () => {
    const types = "import type { HealthAssessment } from '../../controller/index.ts';";
    expect(importViolations(planted({ 'dashboards/console/a.tsx': types }))).toEqual([]);
    for (const code of [
      "import { decide } from '../../controller/index.ts';",
      `${types}\nimport { decide } from '../../controller/index.ts';`,
      "import type { Verdict } from '../../controller/decide/health-assessment.ts';",
    ])
      expect(importViolations(planted({ 'dashboards/console/a.tsx': code })), code).not.toEqual([]);
  });

  it('finds each ambient effect, but not in comments or outside pure folders', () => {
    const effects = [
      'Date.now()',
      'new Date()',
      'Math.random()',
      'setTimeout(f, 1)',
      'process.env.X',
      'console.log(1)',
      "import x from 'node:fs'",
    ];
    for (const effect of effects) expect(ambientViolations(planted({ 'models/a.ts': effect }))).not.toEqual([]);
    expect(
      ambientViolations(planted({ 'models/a.ts': '// Date.now()\n/* Math.random() */', 'server/b.ts': 'Date.now()' })),
    ).toEqual([]);
    expect(ambientViolations(planted({ 'server/b.ts': 'process.env.HOME' }))).toHaveLength(1);
  });

  it('finds statements past row-level security, but not those of one tenant', () => {
    const within = 'this.#database.of(tenant).query(sql`x`); database.acrossTenants.query(sql`x`);';
    expect(reachViolations(planted({ 'storage/a.ts': within, 'storage/migrate.ts': 'database.query(x)' }))).toEqual([]);
    for (const past of [
      'this.#database.query<Row>(sql`x`)',
      'database.transaction(work)',
      'f(this.#database.query, scope)',
    ])
      expect(reachViolations(planted({ 'storage/a.ts': past })), past).toHaveLength(1);
  });

  it('finds cycles, dead files, wildcards and problems that nobody explains', () => {
    expect(cycles(planted({ 'models/a.ts': "import './b.ts';", 'models/b.ts': "import './a.ts';" }))).toHaveLength(1);
    expect(deadFiles(planted({ 'models/a.ts': '', 'models/index.ts': '' }))).toHaveLength(1);
    expect(wildcardViolations(planted({ 'models/index.ts': "export * from './a.ts';" }))).toHaveLength(1);
    expect(problemViolations(planted({}), '').length).toBeGreaterThan(10);
  });
});
