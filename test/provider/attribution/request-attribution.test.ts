import { describe, expect, it } from 'vitest';
import { durationBinOf, type RolloutOverlay } from '../../../domain/index.ts';
import { anOverlay, aSnapshot } from '../flag-server.ts';
import { aClient, aServer, unitsServed } from '../harness.ts';

async function aWorld(part: Partial<RolloutOverlay> = {}) {
  const server = await aServer(aSnapshot({ rollouts: [anOverlay(part)] }));
  const made = aClient(server);
  await made.client.ready();
  const [targetingKey] = await unitsServed(server, 'on', 1);
  const serve = () => made.client.boolean('checkout', false, { targetingKey: targetingKey! });
  const report = async () => {
    await made.close();
    return server.rows;
  };
  return { server, ...made, unit: targetingKey!, serve, report };
}

describe('a scope', () => {
  it('gives the result of its work, and its duration to what was served', async () => {
    const { client, clock, serve, report } = await aWorld();
    const result = await client.runInScope(async () => {
      const isOn = serve();
      clock.advance(120);
      return isOn;
    });
    expect(result).toBe(true);
    expect(await report()).toMatchObject([
      { requests: 1, metrics: { errors: { events: 0 }, latency: { bins: { [durationBinOf(120)]: 1 } } } },
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
  ])('counts work that %s as an error, and lets the caller see it', async (_name, fail) => {
    const { client, serve, report } = await aWorld();
    const run = async () =>
      client.runInScope(() => {
        serve();
        return fail();
      });
    await expect(run()).rejects.toThrow('mine');
    expect(await report()).toMatchObject([{ metrics: { errors: { exposures: 1, events: 1 } } }]);
  });

  it('counts one request however often it evaluates', async () => {
    const { client, serve, report } = await aWorld();
    client.runInScope(() => [serve(), serve(), serve()]);
    expect(await report()).toMatchObject([{ units: 1, requests: 1 }]);
  });

  it('books nothing to what it was not served', async () => {
    const { client, clock, serve, report } = await aWorld();
    serve();
    expect(() =>
      client.runInScope(() => {
        clock.advance(10);
        throw new Error('elsewhere');
      }),
    ).toThrow('elsewhere');
    expect(await report()).toMatchObject([
      { units: 1, requests: 0, metrics: { errors: { events: 0 }, latency: { exposures: 0 } } },
    ]);
  });

  it('books what happens after it to the exposures that it saw', async () => {
    const { client, serve, report } = await aWorld();
    await client.runInScope(async () => {
      serve();
      setImmediate(() => client.track('purchase'));
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await report()).toMatchObject([{ metrics: { purchase: { exposures: 1, events: 1 } } }]);
  });

  it('of a request that outlives its window still counts there, and one beyond the horizon counts as exposed only', async () => {
    const { client, clock, serve, report } = await aWorld();
    clock.advance(5_000);
    await client.runInScope(async () => {
      serve();
      clock.advance(9_000);
    });
    await client.runInScope(async () => {
      serve();
      clock.advance(60_000);
    });
    expect(client.status().lateOutcomeCount).toBe(1);
    expect(await report()).toMatchObject([
      { metrics: { latency: { exposures: 1, bins: { [durationBinOf(9_000)]: 1 } } } },
      { units: 1, requests: 1, metrics: { errors: { exposures: 1, events: 0 }, latency: { exposures: 0 } } },
    ]);
  });

  it('counts up to 1000 exposures, and says how many were beyond', async () => {
    const { client } = await aWorld();
    client.runInScope(() => {
      for (let unit = 0; unit < 1_100; unit += 1) client.boolean('checkout', false, { targetingKey: `user-${unit}` });
    });
    expect(client.status().droppedExposureCount).toBe(100);
  });
});

describe('tracking', () => {
  it('inside of a scope books to everything that it was served', async () => {
    const { client, serve, report } = await aWorld();
    client.runInScope(() => {
      serve();
      client.track('purchase');
      client.track('purchase');
      client.track('revenue', 12.5);
      client.track('revenue', 2.5);
    });
    expect(await report()).toMatchObject([
      {
        metrics: {
          purchase: { exposures: 1, events: 1 },
          revenue: { exposures: 1, sum: 15, sumOfSquares: 225, nonZero: 1 },
        },
      },
    ]);
  });

  it('outside of a scope books to the latest exposure of the unit, inside of the horizon', async () => {
    const { client, clock, unit, serve, report } = await aWorld();
    serve();
    clock.advance(12_000 - (clock.nowMs() % 10_000));
    client.track('purchase', undefined, { unit });
    clock.advance(60_000);
    client.track('revenue', 5, { unit });
    expect(client.status().lateOutcomeCount).toBe(1);
    expect(await report()).toMatchObject([{ metrics: { purchase: { events: 1 }, revenue: { sum: 0 } } }]);
  });

  it('of what no rollout measures is nothing to complain about', async () => {
    const { client, errors, serve, unit } = await aWorld();
    serve();
    client.track('pageView');
    client.track('pageView', 1, { unit });
    client.track('purchase', undefined, { unit: 'nobody' });
    expect(errors).toEqual([]);
    expect(client.status().lateOutcomeCount).toBe(0);
  });

  it.each([
    ['NaN', 'revenue', Number.NaN],
    ['an infinite value', 'revenue', Number.POSITIVE_INFINITY],
    ['a value too large to be squared', 'revenue', 1e200],
    ['no value where one is measured', 'revenue', undefined],
  ])('%s is refused and told', async (_name, metric, value) => {
    const { client, errors, serve, unit, report } = await aWorld();
    serve();
    client.track(metric, value, { unit });
    expect(errors.map((error) => error.code)).toEqual(['invalidEvent']);
    expect(await report()).toMatchObject([{ metrics: { revenue: { sum: 0, sumOfSquares: 0 } } }]);
  });
});

describe('exposures', () => {
  it('are not counted for a rollout that is over', async () => {
    const { client, serve, report } = await aWorld({ isMeasured: false });
    client.runInScope(serve);
    expect(await report()).toEqual([]);
  });

  it('are not counted when the fallback was served for its type', async () => {
    const { client, unit, report } = await aWorld();
    client.string('checkout', 'fallback', { targetingKey: unit });
    expect(await report()).toEqual([]);
  });

  it('are counted apart when coverage changes in the middle of a window', async () => {
    const { server, client, serve, report } = await aWorld();
    client.runInScope(serve);
    server.publish(aSnapshot({ version: 2, rollouts: [anOverlay({ coverage: 80_000 })] }));
    await expect.poll(() => client.status().version).toBe(2);
    client.runInScope(serve);
    client.runInScope(serve);
    expect(await report()).toMatchObject([
      { coverage: 50_000, units: 1, newUnits: 1, requests: 1 },
      { coverage: 80_000, units: 1, newUnits: 1, requests: 2 },
    ]);
  });
});
