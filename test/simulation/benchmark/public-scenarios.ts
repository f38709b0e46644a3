import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readScenario, type Scenario } from '../../../simulation/benchmark/index.ts';

const FOLDER = fileURLToPath(new URL('../../../simulation/scenarios/', import.meta.url));

/** Names of all scenarios of the public set. */
export const PUBLIC_NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

/** A scenario of the public set. */
export function publicScenario(name: string): Scenario {
  return readScenario(JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')));
}
