import { PROBLEMS } from '../../domain/index.ts';
import { codeOf, importsOf, type SourceTree } from './source-tree.ts';

/** What a folder may import; those in `lazily` only by `import()` when they are needed, so that nobody else loads them. */
interface Allowed {
  readonly folders: readonly string[];
  readonly lazily?: readonly string[];
  /** Those of which only types are imported, which are gone when the program runs. */
  readonly types?: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

/** Who may import whom, and which packages beside `node:`. The architecture, as data. */
export const MAY_IMPORT: Readonly<Record<string, Allowed>> = {
  domain: { folders: [], packages: [], node: false },
  'domain/schema': { folders: ['domain'], packages: ['typebox'], node: false },
  audit: { folders: ['domain'], packages: [], node: false },
  evaluator: { folders: ['domain'], packages: [], node: false },
  importers: { folders: ['domain', 'evaluator'], packages: [], node: false },
  models: { folders: ['domain'], packages: ['ml-regression'], node: false },
  controller: { folders: ['domain', 'domain/schema', 'models'], packages: [], node: true },
  gitops: {
    folders: ['domain', 'domain/schema', 'evaluator', 'controller'],
    packages: ['typebox', 'yaml'],
    node: false,
  },
  'training/gate': { folders: ['domain', 'models'], packages: [], node: false },
  'training/labels': { folders: ['domain'], packages: [], node: false },
  'training/watch': { folders: ['domain', 'models'], packages: [], node: false },
  training: {
    folders: ['domain', 'models', 'controller', 'training/gate', 'training/labels', 'training/watch'],
    packages: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
    ],
    node: true,
  },
  simulation: {
    folders: ['domain', 'domain/schema', 'evaluator', 'importers', 'models', 'controller', 'storage'],
    packages: ['typebox'],
    node: false,
  },
  'simulation/control-plane': { folders: ['domain', 'controller', 'storage'], packages: [], node: false },
  threads: { folders: [], packages: [], node: true },
  storage: {
    folders: ['domain', 'threads'],
    packages: ['pg', '@electric-sql/pglite', '@electric-sql/pglite-socket'],
    node: true,
  },
  simulate: { folders: ['domain', 'simulation', 'threads'], packages: [], node: true },
  jobs: { folders: ['domain'], packages: ['bullmq', 'ioredis'], node: true },
  provider: { folders: ['domain', 'evaluator'], packages: ['@openfeature/server-sdk'], node: true },
  server: {
    folders: [
      'domain',
      'domain/schema',
      'audit',
      'evaluator',
      'gitops',
      'importers',
      'models',
      'controller',
      'storage',
      'jobs',
      'threads',
      'training/gate',
      'training/labels',
      'training/watch',
    ],
    lazily: ['simulate', 'training'],
    packages: [
      'commander',
      'fastify',
      'openid-client',
      '@fastify/sse',
      '@fastify/static',
      '@fastify/swagger',
      '@fastify/type-provider-typebox',
      'typebox',
      'prom-client',
      '@grpc/grpc-js',
      'protobufjs',
    ],
    node: true,
  },
  'dashboards/grafana': { folders: [], packages: ['@grafana/grafana-foundation-sdk'], node: false },
  'dashboards/console': {
    folders: ['domain'],
    types: ['controller', 'evaluator'],
    packages: ['preact', '@preact/signals', 'uplot', 'vite', '@tailwindcss/vite'],
    node: true,
  },
  demo: { folders: ['domain', 'server'], packages: ['fastify', '@rampwright/provider'], node: true },
};

/** Folders without clock, randomness, environment or I/O. */
export const PURE = [
  'domain',
  'audit',
  'evaluator',
  'gitops',
  'importers',
  'models',
  'controller/decide',
  'controller/plan',
  'controller/ingest',
  'controller/judge',
  'controller/replay',
  'dashboards/grafana',
  'server/oidc/claims',
  'server/webhooks/message',
  'simulation',
  'training/backtest',
  'training/dataset',
  'training/fit',
  'training/forecast',
  'training/gate',
  'training/labels',
  'training/pipeline',
  'training/rewards',
  'training/watch',
];

/** Files that start something: nobody imports them. */
export const ENTRIES = [
  'server/main.ts',
  'server/cli/main.ts',
  'demo/main.ts',
  'provider/index.ts',
  'dashboards/console/main.tsx',
  'dashboards/console/vite.config.ts',
];

/** Files that may read environment variables, besides the demo. */
const READS_ENVIRONMENT = ['server/main.ts', 'server/cli/main.ts', 'dashboards/console/vite.config.ts'];

/** Files of storage that run statements as who connects: for the schema, a ping and a vacuum. */
const PAST_THE_WALL = ['storage/migrate.ts', 'storage/postgres-window-store.ts', 'storage/stores-on.ts'];

const AMBIENT: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/, 'the clock: take `nowMs` as an argument'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, 'randomness: take a seeded generator as an argument'],
  [/\bset(Timeout|Interval|Immediate)\b/, 'timers: leave waiting to the shell'],
  [/\bprocess\.[a-z]|\bglobalThis\b/, 'the process: take what you need as an argument'],
  [/\bconsole\./, 'the console: return reasons instead'],
  [/\bfetch\(|from 'node:/, 'input or output: take a port as an argument'],
];

/** Violations of the import table and of index-only imports across folders. */
export function importViolations(tree: SourceTree): readonly string[] {
  return [...tree].flatMap(([path, text]) => {
    const own = folderOf(path);
    const allowed = MAY_IMPORT[own];
    if (allowed === undefined)
      return [
        `${path}: the folder "${own}" is not in the import table; add it to test/tidy/rules.ts and ARCHITECTURE.md`,
      ];
    return importsOf(path, text).flatMap((target) => {
      if (target.startsWith('node:')) return allowed.node ? [] : [`${path}: imports ${target}; "${own}" does no I/O`];
      if (!/\.tsx?$/.test(target))
        return allowed.packages.some((name) => target === name || target.startsWith(`${name}/`))
          ? []
          : [`${path}: imports the package ${target}, which "${own}" may not use`];
      const other = folderOf(target);
      if (other === own) return [];
      if (allowed.lazily?.includes(other)) {
        if (target !== `${other}/index.ts`) return [`${path}: imports ${target}; import ${other}/index.ts instead`];
        return isStatic(path, text, target)
          ? [`${path}: imports ${target} at once; load it by import() where it is needed`]
          : [];
      }
      if (allowed.types?.includes(other) && importsOnlyTypes(path, text, target))
        return target === `${other}/index.ts` ? [] : [`${path}: imports ${target}; import ${other}/index.ts instead`];
      if (!allowed.folders.includes(other))
        return [
          `${path}: imports "${other}", which "${own}" may not; move the shared noun to domain or turn the dependency round`,
        ];
      // A program may be started from anywhere; that is no import.
      return target === `${other}/index.ts` || ENTRIES.includes(target)
        ? []
        : [`${path}: imports ${target}; import ${other}/index.ts instead`];
    });
  });
}

/** Ambient effects in pure folders, and readers of the environment outside the entries. */
export function ambientViolations(tree: SourceTree): readonly string[] {
  return [...tree].flatMap(([path, text]) => {
    const code = codeOf(text);
    const isPure = PURE.some((folder) => path.startsWith(`${folder}/`));
    const effects = isPure
      ? AMBIENT.filter(([pattern]) => pattern.test(code)).map(([, what]) => `${path}: uses ${what}`)
      : [];
    const readsEnvironment =
      /\bprocess\.env\b/.test(code) && !READS_ENVIRONMENT.includes(path) && !path.startsWith('demo/');
    return readsEnvironment
      ? [...effects, `${path}: reads process.env; only ${READS_ENVIRONMENT.join(' and ')} do`]
      : effects;
  });
}

/** Import cycles, each as a path of files. */
export function cycles(tree: SourceTree): readonly string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (path: string, trail: readonly string[]) => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const target of importsOf(path, tree.get(path) ?? '')) if (tree.has(target)) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of tree.keys()) visit(path, []);
  return found;
}

/** Files that no entry, index or other file reaches; declarations of untyped packages are found by the compiler. */
export function deadFiles(tree: SourceTree): readonly string[] {
  const imported = new Set([...tree].flatMap(([path, text]) => importsOf(path, text)));
  const isRoot = (path: string) => ENTRIES.includes(path) || path === `${folderOf(path)}/index.ts`;
  return [...tree.keys()]
    .filter((path) => !imported.has(path) && !isRoot(path) && !path.endsWith('.d.ts'))
    .map((path) => `${path}: nothing imports it; delete it`);
}

/** Problem codes that the documentation does not explain, or that nothing ever raises. */
export function problemViolations(tree: SourceTree, documentation: string): readonly string[] {
  const code = [...tree]
    .filter(([path]) => path !== 'domain/problem.ts')
    .map(([, text]) => codeOf(text))
    .join('\n');
  return Object.keys(PROBLEMS).flatMap((problem) => [
    ...(documentation.includes(`\`${problem}\``) ? [] : [`${problem}: explain it in docs/problems.md`]),
    ...(new RegExp(`'${problem}'`).test(code)
      ? []
      : [`${problem}: nothing raises it; remove it from domain/problem.ts`]),
  ]);
}

/** Storage that runs statements as who connects, and so past row-level security. */
export function reachViolations(tree: SourceTree): readonly string[] {
  return [...tree]
    .filter(([path, text]) => path.startsWith('storage/') && !PAST_THE_WALL.includes(path) && isPastWall(codeOf(text)))
    .map(([path]) => `${path}: runs a statement as who connects; take \`database.of(tenant)\` or \`acrossTenants\``);
}

function isPastWall(code: string): boolean {
  return /\bdatabase\.(query|transaction)\b/.test(code);
}

/** Wildcard re-exports, which hide what a folder offers. */
export function wildcardViolations(tree: SourceTree): readonly string[] {
  return [...tree]
    .filter(([, text]) => /^export \* /m.test(codeOf(text)))
    .map(([path]) => `${path}: re-exports by wildcard; name what you export`);
}

function isStatic(path: string, text: string, target: string): boolean {
  return importsOf(path, codeOf(text).replace(/\bimport\(\s*'[^']+'\s*\)/g, '')).includes(target);
}

/** Whether the file takes nothing but types from the target. */
function importsOnlyTypes(path: string, text: string, target: string): boolean {
  const withoutTypes = codeOf(text).replace(/\b(import|export) type [^;]*;/g, '');
  return !importsOf(path, withoutTypes).includes(target);
}

/** The folder of the table that a file belongs to. */
function folderOf(path: string): string {
  const [first, second] = path.split('/');
  const nested = `${first}/${second}`;
  return nested in MAY_IMPORT ? nested : first!;
}
