// Writes docs/api.md from the OpenAPI document of a server that is started for it, on a database that vanishes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfiguration, startServer } from '../server/index.ts';
import { type ApiDocument, apiReference } from './api-reference.ts';

const directory = mkdtempSync(join(tmpdir(), 'rampwright-api-'));
const settings = { RAMPWRIGHT_PORT: '0', RAMPWRIGHT_DATA_DIR: directory, RAMPWRIGHT_LOG_LEVEL: 'silent' };
const server = await startServer(readConfiguration(settings));
const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as ApiDocument;
await server.close();
rmSync(directory, { recursive: true });
writeFileSync(fileURLToPath(new URL('../docs/api.md', import.meta.url)), apiReference(document));
