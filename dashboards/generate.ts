import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allDashboards, fileOf } from './grafana/index.ts';

/** Writes every dashboard to its checked-in file. */
const folder = fileURLToPath(new URL('grafana/generated/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, dashboard] of Object.entries(allDashboards()))
  writeFileSync(`${folder}${name}.json`, fileOf(dashboard));
