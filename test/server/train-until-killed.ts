// Starts a training run that never ends on the embedded database in the directory of the first argument, says so, and waits
// to be killed.
import { openPostgresJobQueue } from '../../jobs/index.ts';
import { startRun } from '../../server/training/start-run.ts';
import { startTraining } from '../../server/training/training-jobs.ts';
import { openEmbeddedStorage } from '../../storage/index.ts';

const [directory] = process.argv.slice(2);
const storage = await openEmbeddedStorage({ directory: directory!, onError: console.error });
const jobs = openPostgresJobQueue(storage.connection, { onError: console.error, leaseMs: 1_000 });
const scope = { tenant: 'default', environment: 'production' };
await storage.flags.createEnvironment(scope);
await startTraining(storage, jobs, {
  kinds: ['risk'],
  train: async (_scope, _run, { report }) => {
    await report({ share: 0.5, words: 'half way' });
    console.log('started');
    return new Promise<null>(() => {});
  },
});
await startRun({ storage, jobs }, scope, {
  runId: 'killed',
  kind: 'risk',
  trigger: 'operator',
  actor: 'tester',
  cutOffMs: 7,
});
