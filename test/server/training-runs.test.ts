import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TrainingRunner, TrainingWork } from '../../domain/index.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';

const RUNS = `${PRODUCTION}/training-runs`;
const OFTEN = { interval: 20 };

/** Learns nothing: each kind is one way in which a run can go. */
class ScriptedRunner implements TrainingRunner {
  readonly kinds = ['quick', 'broken', 'endless'];
  readonly signals: AbortSignal[] = [];

  async train(_scope: unknown, run: { readonly kind: string; readonly cutOffMs: number }, work: TrainingWork) {
    await work.report({ share: 0.5, words: 'half way' }, 'hash');
    if (run.kind === 'broken') throw new Error('no labelled rollouts');
    if (run.kind === 'quick') return { modelId: 'm', cutOffMs: run.cutOffMs };
    this.signals.push(work.signal);
    return new Promise<null>((_resolve, reject) => {
      work.signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  }
}

const runner = new ScriptedRunner();
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({}, { trainingRunner: runner });
});
afterAll(() => server.close());

const start = (kind: string) => server.call('POST', RUNS, { kind, cutOffMs: 7 });
const read = async (runId: string) => (await server.call('GET', `${RUNS}/${runId}`)).body;

it('go from the queue to their result', async () => {
  const { status, body } = await start('quick');
  expect({ status, body }).toMatchObject({
    status: 202,
    body: { kind: 'quick', trigger: 'operator', state: 'queued' },
  });
  await expect
    .poll(() => read(body.runId), OFTEN)
    .toMatchObject({
      state: 'completed',
      progress: { share: 0.5, words: 'half way' },
      dataSetHash: 'hash',
      result: { modelId: 'm', cutOffMs: 7 },
      failure: null,
    });
  expect((await server.call('GET', `${RUNS}?kind=quick`)).body.trainingRuns).toEqual([await read(body.runId)]);
});

it('fail with what their runner says, and make room for another', async () => {
  for (let n = 0; n < 2; n++) {
    const { body } = await start('broken');
    await expect
      .poll(() => read(body.runId), OFTEN)
      .toMatchObject({
        state: 'failed',
        failure: 'no labelled rollouts',
        result: null,
      });
  }
});

it('run one at a time of a kind, and stop when they are cancelled', async () => {
  const { body } = await start('endless');
  await expect.poll(() => runner.signals.length, OFTEN).toBe(1);
  expect((await start('endless')).body.type).toBe('urn:rampwright:problem:trainingRunActive');
  const cancel = () => server.call('POST', `${RUNS}/${body.runId}/cancel`, { reason: 'not now' });
  expect((await cancel()).body).toMatchObject({ state: 'cancelled', failure: 'not now' });
  await expect.poll(() => runner.signals[0]!.aborted, OFTEN).toBe(true);
  expect((await cancel()).body.type).toBe('urn:rampwright:problem:trainingRunOver');
  expect(await read(body.runId)).toMatchObject({ state: 'cancelled' });
});

it.each([
  [{}, 400, 'invalidRequest'],
  [{ kind: 'Quick one' }, 400, 'invalidRequest'],
  [{ kind: 'quick', cutOffMs: 'now' }, 400, 'invalidRequest'],
  [{ kind: 'quick', force: true }, 400, 'invalidRequest'],
  [{ kind: 'unheard-of' }, 409, 'noTrainer'],
])('are not started by %j', async (body, status, code) => {
  const answer = await server.call('POST', RUNS, body);
  expect({ status: answer.status, type: answer.body.type }).toEqual({ status, type: `urn:rampwright:problem:${code}` });
});

it('that never were are not found', async () => {
  expect((await read('none')).type).toBe('urn:rampwright:problem:trainingRunNotFound');
  const cancelled = await server.call('POST', `${RUNS}/none/cancel`, { reason: '' });
  expect(cancelled.body.type).toBe('urn:rampwright:problem:trainingRunNotFound');
});

it('cannot be started where nothing trains', async () => {
  const other = await startTestServer();
  const answer = await other.call('POST', RUNS, { kind: 'quick' });
  expect(answer.body).toMatchObject({ type: 'urn:rampwright:problem:noTrainer', detail: 'this server trains nothing' });
  expect((await other.call('GET', RUNS)).body).toEqual({ trainingRuns: [] });
  await other.close();
});
