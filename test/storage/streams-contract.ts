import { expect, it } from 'vitest';
import type { CountedStreams, HeldStreams, ReportRow, Scope, Storage, StreamCount } from '../../domain/index.ts';
import { aRow, aRunningRollout, aScope, PAUSE, theWindow } from './builders.ts';

/** A count of one stream by one key: adds what is new in a running total to the units of one window. */
interface Step {
  readonly total: number;
  readonly stream?: string;
  readonly origin?: string;
}

export function streamsContract(get: () => Storage): void {
  it('gives a count what the counts before have kept, and the rollouts as they are now', async () => {
    const scope = await aMeasuredScope();
    const held: HeldStreams[] = [];
    const look: StreamCount<CountedStreams> = {
      origin: 'key-1',
      streams: ['b', 'a'],
      rollouts: ['new-checkout', 'missing'],
      count: (found) => {
        held.push(found);
        return { states: new Map([['a', { last: { total: 3 } }]]), rows: [] };
      },
    };
    expect(await get().windows.countStreams(scope, look)).toMatchObject({ lateRowCount: 0, rows: [] });
    await get().rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    await get().windows.countStreams(scope, look);
    expect(held.map(({ states }) => [...states])).toEqual([[], [['a', { last: { total: 3 } }]]]);
    expect(held.map(({ rollouts }) => rollouts.map(({ state }) => state.phase))).toEqual([['running'], ['paused']]);
    expect(held[0]?.rollouts[0]).toMatchObject({ definition: { rollout: 'new-checkout' }, state: { coverage: 1_000 } });
    expect(Math.abs(held[0]!.nowMs - Date.now())).toBeLessThan(10_000);
  });

  it('keeps streams of other keys and environments apart', async () => {
    const [scope, elsewhere] = [await aMeasuredScope(), await aMeasuredScope()];
    await add(scope, { total: 5 });
    await add(scope, { total: 7, origin: 'key-2' });
    await add(elsewhere, { total: 9 });
    await add(scope, { total: 6 });
    expect(await unitsBySource(scope)).toEqual({ 'key-1': 6, 'key-2': 7 });
    expect(await unitsBySource(elsewhere)).toEqual({ 'key-1': 9 });
  });

  it('counts a total once that several processes take in at the same moment, and loses none', async () => {
    const scope = await aMeasuredScope();
    const totals = Array.from({ length: 60 }, (_, n) => n + 1);
    await Promise.all(
      [1, 2, 3, 4].map(() =>
        totals.reduce(
          (before, total) => before.then(() => add(scope, { total, stream: `s${total % 3}` })),
          Promise.resolve(),
        ),
      ),
    );
    expect(await unitsBySource(scope)).toEqual({ 'key-1': 60 + 59 + 58 });
  });

  it('takes in many streams in opposite orders at the same time', async () => {
    const scope = await aMeasuredScope();
    const streams = Array.from({ length: 200 }, (_, n) => `stream-${n}`);
    const countAll = (names: readonly string[]) =>
      get().windows.countStreams(scope, {
        origin: 'key-1',
        streams: names,
        rollouts: ['new-checkout'],
        count: ({ states }) => ({
          states: new Map(names.map((name) => [name, { total: 1 }])),
          rows: names.filter((name) => !states.has(name)).map(() => aUnit(1)),
        }),
      });
    await Promise.all(Array.from({ length: 8 }, (_, n) => countAll(n % 2 === 0 ? streams : streams.toReversed())));
    expect(await unitsBySource(scope)).toEqual({ 'key-1': 200 });
  });

  it('keeps nothing of a count that fails', async () => {
    const scope = await aMeasuredScope();
    await add(scope, { total: 5 });
    const broken = get().windows.countStreams(scope, {
      origin: 'key-1',
      streams: ['s'],
      rollouts: ['new-checkout'],
      count: () => {
        throw new Error('no such bucket');
      },
    });
    await expect(broken).rejects.toThrow('no such bucket');
    await add(scope, { total: 6 });
    expect(await unitsBySource(scope)).toEqual({ 'key-1': 6 });
  });

  it('accepts windows that have not ended, and counts rows for closed ones as late', async () => {
    const scope = await aMeasuredScope();
    const { windows } = get();
    const addTo = (row: ReportRow) =>
      windows.countStreams(scope, {
        origin: 'key-1',
        streams: [],
        rollouts: [],
        count: () => ({ states: new Map(), rows: [row] }),
      });
    const endMs = Math.ceil(Date.now() / 10_000) * 10_000 + 120_000;
    expect(await addTo({ ...aUnit(1), startMs: endMs - 10_000, endMs })).toMatchObject({ lateRowCount: 0 });
    await addTo({ ...aUnit(1), ...theWindow(0) });
    await windows.closeWindows(scope, 'new-checkout', 1, { allowedLatenessMs: 0, attributionMs: 0 });
    expect(await addTo({ ...aUnit(1), ...theWindow(0) })).toMatchObject({ lateRowCount: 1 });
  });

  async function aMeasuredScope(): Promise<Scope> {
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    return scope;
  }

  async function add(scope: Scope, { total, stream = 's', origin = 'key-1' }: Step): Promise<void> {
    await get().windows.countStreams(scope, {
      origin,
      streams: [stream],
      rollouts: ['new-checkout'],
      count: ({ states }) => {
        const before = Number(states.get(stream)?.['total'] ?? 0);
        if (total <= before) return { states, rows: [] };
        return { states: new Map([[stream, { total }]]), rows: [aUnit(total - before)] };
      },
    });
  }

  async function unitsBySource(scope: Scope): Promise<Readonly<Record<string, number>>> {
    const [window] = await get().windows.readRecentWindows(scope, 'new-checkout', 1, 10);
    return Object.fromEntries(
      Object.entries(window?.sources ?? {}).map(([source, { variants }]) => [source, variants['on']!.units]),
    );
  }
}

function aUnit(units: number): ReportRow {
  return aRow(0, { units, newUnits: 0, requests: units, metrics: {} });
}
