import { type Bootstrap, FIRST_USER } from './bootstrap.ts';
import { startServer } from './compose.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { createTrainingRunner } from './training/training-runner.ts';

/** Longest that a shutdown may take before the process ends anyway; a kill would be equally safe. */
const SHUTDOWN_LIMIT_MS = 25_000;

async function main(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const server = await startServer(configuration, {
    trainingRunner: (storage) => createTrainingRunner(storage, configuration),
  });
  greet(configuration, server.url, server.bootstrap);
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    console.log(`${signal}: shutting down (again to end at once)`);
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

function greet(
  { databaseUrl, dataDirectory, redisUrl }: Configuration,
  url: string,
  { adminToken, adminPassword }: Bootstrap,
): void {
  const store = databaseUrl === null ? `embedded database in ${dataDirectory}` : 'PostgreSQL of DATABASE_URL';
  const jobs = redisUrl === undefined ? '' : ', jobs in Redis of REDIS_URL';
  console.log(`Rampwright listens on ${url} (${store}${jobs})`);
  console.log(`  console       ${url}/console/`);
  console.log(`  API document  ${url}/openapi.json`);
  console.log(`  health        ${url}/readyz   metrics ${url}/metrics`);
  if (adminPassword !== null)
    console.log(`  sign in       as "${FIRST_USER}" with ${adminPassword}   (shown this once: keep it)`);
  if (adminToken !== null) console.log(`  admin key     ${adminToken}   (shown this once: keep it)`);
}

function fail(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  const isPortTaken = code === 'EADDRINUSE';
  console.error(
    isPortTaken ? `${message}\nAnother program listens there: stop it, or set RAMPWRIGHT_PORT.` : (message ?? error),
  );
  process.exit(1);
}

main().catch(fail);
