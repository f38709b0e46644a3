import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../domain/index.ts';
import { readScenario, type Scenario } from '../simulation/index.ts';
import { reasonOf, WrongInput } from './wrong-input.ts';

const PUBLIC_SET = fileURLToPath(new URL('../simulation/scenarios/', import.meta.url));

/** Kinds of harm, and of harmlessness, that nothing learned was ever fitted, calibrated or tuned on. */
const UNSEEN_SET = 'unseen';

/** The scenarios of a file, of a folder of JSON files, of the unseen set, or one of the public set by its name; without any: the public set. */
export function readScenarios(place: string | undefined): readonly Scenario[] {
  const scenarios = filesAt(place).map(readFile);
  const repeated = scenarios.find(({ name }, index) => scenarios.findIndex((other) => other.name === name) < index);
  if (repeated !== undefined) throw new WrongInput(`${place} has two scenarios called ${repeated.name}: rename one`);
  return scenarios;
}

function filesAt(place: string | undefined): readonly string[] {
  if (place === undefined) return jsonFilesIn(PUBLIC_SET);
  if (existsSync(place)) {
    if (!statSync(place).isDirectory()) return [place];
    const files = jsonFilesIn(place);
    if (files.length === 0) throw new WrongInput(`${place} holds no scenario: put JSON files there, or name a file`);
    return files;
  }
  if (place === UNSEEN_SET) return jsonFilesIn(join(PUBLIC_SET, UNSEEN_SET));
  const names = jsonFilesIn(PUBLIC_SET).map((path) => basename(path, '.json'));
  if (names.includes(place)) return [join(PUBLIC_SET, `${place}.json`)];
  throw new WrongInput(
    `there is no file, folder or public scenario ${place}; the public ones are ${names.sort(IN_ORDER.compare).join(', ')}, and ${UNSEEN_SET} is another set`,
  );
}

const IN_ORDER = new Intl.Collator('en', { numeric: true });

function jsonFilesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => join(folder, name));
}

function readFile(path: string): Scenario {
  try {
    return readScenario(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const mistakes = error instanceof Problem ? error.violations : [];
    const lines = mistakes.map(({ path: where, message }) => `\n  ${where}: ${message}`);
    throw new WrongInput(`${path} is no scenario: ${reasonOf(error)}${lines.join('')}`);
  }
}
