import { expect, it } from 'vitest';
import { MAX_SEGMENTS_PER_WINDOW, type MetricWindows, type VariantWindow } from '../../domain/index.ts';
import { limitSegments } from '../../storage/limit-segments.ts';

const shown = (exposures: number): MetricWindows => ({ errors: { kind: 'rate', exposures, events: 1 } });

function aWindow(segments: Readonly<Record<string, MetricWindows>>): VariantWindow {
  return { units: 100, newUnits: 0, requests: 100, metrics: {}, segments };
}

it('leaves a window with few segments, or none, as it is', () => {
  const few = Array.from({ length: MAX_SEGMENTS_PER_WINDOW }, (_, n) => [`user=${n}`, shown(1)] as const);
  const window = aWindow(Object.fromEntries(few));
  expect(limitSegments(window)).toBe(window);
  const { segments: _, ...without } = window;
  expect(limitSegments(without)).toBe(without);
});

it('does the same in each leaf', () => {
  const users = Array.from({ length: 100 }, (_, n) => [`user=${n}`, shown(100 + n)] as const);
  const many = aWindow(Object.fromEntries(users));
  const { leaves } = limitSegments({ ...many, leaves: { A: many, rest: aWindow({}) } });
  expect(leaves).toEqual({ A: limitSegments(many), rest: aWindow({}) });
});

it('keeps the largest segments and adds the others up by attribute, those added up before included', () => {
  const users = Array.from({ length: 100 }, (_, n) => [`user=${n}`, shown(100 + n)] as const);
  const small = [['plan=a', shown(3)] as const, ['plan=b', shown(2)] as const, ['user=(other)', shown(1_000)] as const];
  const { segments } = limitSegments(aWindow(Object.fromEntries([...small, ...users])));
  const kept = MAX_SEGMENTS_PER_WINDOW - 2;
  expect(Object.keys(segments!)).toHaveLength(MAX_SEGMENTS_PER_WINDOW);
  expect(segments!['user=99']).toEqual(shown(199));
  expect(segments![`user=${100 - kept}`]).toEqual(shown(200 - kept));
  expect(segments![`user=${99 - kept}`]).toBeUndefined();
  const others = users.slice(0, 100 - kept).reduce((sum, [, { errors }]) => sum + errors!.exposures, 1_000);
  expect(segments!['user=(other)']).toEqual({ errors: { kind: 'rate', exposures: others, events: 101 - kept } });
  expect(segments!['plan=(other)']).toEqual({ errors: { kind: 'rate', exposures: 5, events: 2 } });
});
