// Makes a checkout ready to run: installs what package-lock.json asks for and compiles what changed.
// Every npm script that needs one of the two calls this first, so that any of them may be the first command typed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installStamp = join(root, 'node_modules', '.installed');
const buildStamp = join(root, 'dist', '.built');
const consoleStamp = join(root, 'dist', '.console-built');
const clusterStamp = join(root, 'dist', '.cluster-prepared');
const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.server.json'), 'utf8'));
const sourceFolders = [...include, 'provider'];

requireNode();
install();
build();
buildConsole();
await prepareCluster();

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 20)) return;
  fail(`Rampwright needs Node.js 20.20 or later; this is ${process.versions.node}.`);
}

function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted) return;
  if (!isInstalledByHand()) {
    say('installing dependencies (first run, or package-lock.json changed): about a minute');
    run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  writeFileSync(installStamp, wanted);
}

/** npm writes its own copy of the lock file last, so a copy that is newer means a finished `npm ci`. */
function isInstalledByHand() {
  const copy = join(root, 'node_modules', '.package-lock.json');
  return existsSync(copy) && statSync(copy).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function build() {
  const sources = [...sourceFolders, 'tsconfig.server.json', 'package-lock.json'];
  const newest = Math.max(...sources.map((path) => newestMs(join(root, path))));
  if (existsSync(buildStamp) && statSync(buildStamp).mtimeMs > newest) return;
  say('compiling');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-b', 'provider', 'tsconfig.server.json']);
  // The compiler leaves data behind.
  cpSync(join(root, 'simulation', 'scenarios'), join(root, 'dist', 'simulation', 'scenarios'), { recursive: true });
  cpSync(join(root, 'models', 'shipped'), join(root, 'dist', 'models', 'shipped'), { recursive: true });
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, '');
}

/** The web page, from its own sources and what it takes from the domain; compressed once, here, and not per request. */
function buildConsole() {
  const sources = ['dashboards/console', 'domain', 'package-lock.json'];
  const newest = Math.max(...sources.map((path) => newestMs(join(root, path))));
  if (existsSync(consoleStamp) && statSync(consoleStamp).mtimeMs > newest) return;
  say('building the console');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  run(process.execPath, [
    vite,
    'build',
    '--config',
    join(root, 'dashboards/console/vite.config.ts'),
    '--logLevel',
    'warn',
  ]);
  for (const folder of ['dist/console', 'dist/console/assets']) {
    for (const name of readdirSync(join(root, folder)).filter((file) => /\.(html|js|css|svg)$/.test(file))) {
      const path = join(root, folder, name);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  }
  writeFileSync(consoleStamp, '');
}

/** What an embedded database begins from: PostgreSQL takes ten seconds to make it, once here and not at each first start. */
async function prepareCluster() {
  const storage = join(root, 'dist', 'storage');
  const path = join(storage, 'prepared-cluster');
  const sources = ['storage/migrations', 'storage/migrate.ts', 'package-lock.json'];
  const newest = Math.max(...sources.map((source) => newestMs(join(root, source))));
  if (existsSync(clusterStamp) && statSync(clusterStamp).mtimeMs > newest) return;
  say('preparing an empty database');
  rmSync(path, { recursive: true, force: true });
  const directory = mkdtempSync(join(storage, 'unfinished-'));
  const { openEmbeddedStorage } = await import('../dist/storage/index.js');
  await (await openEmbeddedStorage({ directory, onError: fail })).close();
  makeReadable(join(directory, 'postgres'));
  renameSync(join(directory, 'postgres'), path);
  rmSync(directory, { recursive: true });
  writeFileSync(clusterStamp, '');
}

/** For all users, as everything else that was built: PostgreSQL makes files that only their owner reads. */
function makeReadable(path) {
  const isDirectory = statSync(path).isDirectory();
  chmodSync(path, isDirectory ? 0o755 : 0o644);
  if (isDirectory) for (const name of readdirSync(path)) makeReadable(join(path, name));
}

function newestMs(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const entries = readdirSync(path).filter((name) => name !== 'dist' && name !== 'node_modules');
  return Math.max(stat.mtimeMs, ...entries.map((name) => newestMs(join(path, name))));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) fail(`${command} ${args[0]} failed; its output above says why.`);
}

function say(text) {
  process.stderr.write(`rampwright: ${text} …\n`);
}

function fail(text) {
  process.stderr.write(`rampwright: ${text}\n`);
  process.exit(1);
}
