import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE_MS } from '../services/patience.ts';
import { aServer } from './harness.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
let folder: string;

/** Builds the package as it is published, in a folder where only the SDK can be found. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampwright-provider-'));
  const built = join(folder, 'node_modules/@rampwright/provider');
  await mkdir(built, { recursive: true });
  await symlink(join(ROOT, 'node_modules/@openfeature'), join(folder, 'node_modules/@openfeature'));
  await writeFile(join(built, 'package.json'), await readFile(join(ROOT, 'provider/package.json')));
  await tsc('-p', join(ROOT, 'provider/tsconfig.json'), '--outDir', join(built, 'dist'), '--incremental', 'false');
  return () => rm(folder, { recursive: true });
});

async function tsc(...args: readonly string[]): Promise<void> {
  await run(process.execPath, [TSC, ...args]).catch(({ stdout, stderr }) => {
    throw new Error(`tsc ${args.join(' ')}\n${stdout}${stderr}`);
  });
}

describe('package', () => {
  it('imports nothing but itself, node and the OpenFeature SDK', async () => {
    const dist = join(folder, 'node_modules/@rampwright/provider/dist');
    const files = (await readdir(dist, { recursive: true })).filter((file) => /\.(js|d\.ts)$/.test(file));
    const imported = new Set<string>();
    for (const file of files) {
      const text = await readFile(join(dist, file), 'utf8');
      for (const [, specifier] of text.matchAll(/(?:from|import|require\()\s*['"]([^'"]+)['"]/g))
        imported.add(specifier!);
    }
    const foreign = [...imported].filter((specifier) => !/^(\.|node:)/.test(specifier));
    expect(foreign).toEqual(['@openfeature/server-sdk']);
    expect(files).toContain('provider/index.js');
    expect(files.every((file) => /^(provider|evaluator|domain)\//.test(file))).toBe(true);
  });

  it('evaluates a flag, and does not keep the process from exiting', async () => {
    const server = await aServer();
    const script = `
      import { createRampwrightClient } from '@rampwright/provider';
      const flags = createRampwrightClient({ url: '${server.url}', apiKey: 'key' });
      await flags.ready();
      console.log(flags.string('color', 'green'), flags.status().state);
    `;
    await writeFile(join(folder, 'script.mjs'), script);
    const { stdout } = await run(process.execPath, ['script.mjs'], { cwd: folder, timeout: PATIENCE_MS });
    expect(stdout).toBe('blue ready\n');
  });

  it('has a README whose examples compile', async () => {
    const readme = await readFile(join(ROOT, 'provider/README.md'), 'utf8');
    const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
    expect(examples).toHaveLength(4);
    const examplesFolder = join(folder, 'examples');
    await mkdir(examplesFolder);
    await symlink(join(ROOT, 'node_modules'), join(examplesFolder, 'node_modules'));
    for (const [index, code] of examples.entries()) await writeFile(join(examplesFolder, `${index}.mts`), code);
    const options = { noEmit: true, allowImportingTsExtensions: true, incremental: false };
    const conditions = { customConditions: ['rampwright-source'], typeRoots: ['./node_modules/@types'] };
    await writeFile(
      join(examplesFolder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.base.json'),
        compilerOptions: { ...options, ...conditions },
        include: ['*.mts'],
      }),
    );
    await tsc('-p', examplesFolder);
  });
});
