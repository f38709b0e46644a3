import { inspect } from 'node:util';
import type { EvaluationContext, EvaluationDetails } from '../../domain/index.ts';
import { type CompiledSnapshot, compileSnapshot, evaluate } from '../../evaluator/index.ts';
import { Choices } from './fuzz-random.ts';
import { heavyContext, randomWorld, type World } from './fuzz-worlds.ts';
import { NOW_MS } from './support.ts';

/** What a fuzz run found. */
export interface FuzzFindings {
  /** Reads of inherited properties, by where they were seen. */
  readonly inheritedReads: readonly string[];
  /** How often each reason or error code was answered. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The evaluations that took longest, repeated alone, worst first. */
  readonly slowest: readonly Slow[];
}

/** A slow evaluation: its rule, and the least time that it needed. */
export interface Slow {
  readonly leastMs: number;
  readonly targeting: string;
}

interface Timed {
  readonly elapsedMs: number;
  readonly run: () => EvaluationDetails;
  readonly world: World;
}

const SLOWEST_COUNT = 20;
const REPEATS = 9;

/** Evaluates so many random definitions in random contexts; throws what an evaluation throws. */
export function fuzz(seed: number, worldCount: number): FuzzFindings {
  const choices = new Choices(seed);
  const inheritedReads: string[] = [];
  const outcomes = new Map<string, number>();
  const guard = createGuard((key) => inheritedReads.push(key));
  let timed: Timed[] = [];
  for (let index = 0; index < worldCount; index++) {
    const world = randomWorld(choices);
    const isBehindProxy = choices.isLucky(0.5);
    const context = guard(world.context, isBehindProxy);
    const snapshot = compiled(world);
    const run = () => evaluate(snapshot, 'flag', context as EvaluationContext, NOW_MS);
    const startNs = process.hrtime.bigint();
    const { reason, errorCode } = run();
    const elapsedMs = millisecondsSince(startNs);
    const outcome = errorCode ?? reason;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    // A proxy takes its own time over every read.
    if (isBehindProxy) continue;
    if (timed.length < SLOWEST_COUNT || elapsedMs > timed.at(-1)!.elapsedMs) {
      timed = [...timed, { elapsedMs, run, world }]
        .sort((left, right) => right.elapsedMs - left.elapsedMs)
        .slice(0, SLOWEST_COUNT);
    }
  }
  const slowest = timed.map(({ run, world }) => ({ leastMs: leastMs(run), targeting: targetingOf(world) }));
  return { inheritedReads, outcomes, slowest: slowest.sort((left, right) => right.leastMs - left.leastMs) };
}

function compiled({ flagSet, rollouts, settings }: World): CompiledSnapshot {
  const content = { flagSet: flagSet as CompiledSnapshot['flags'] as never, rollouts, settings };
  return compileSnapshot({ environment: 'fuzz', epoch: 1, version: 1, ...content });
}

// On a machine with other work to do, only the least of several times says what the code itself needs.
function leastMs(run: () => unknown): number {
  const times = Array.from({ length: REPEATS }, () => {
    const startNs = process.hrtime.bigint();
    run();
    return millisecondsSince(startNs);
  });
  return Math.min(...times);
}

function millisecondsSince(startNs: bigint): number {
  return Number(process.hrtime.bigint() - startNs) / 1e6;
}

function targetingOf({ flagSet }: World): string {
  const { flags } = flagSet as { readonly flags: { readonly flag: { readonly targeting?: unknown } | null } };
  return inspect(flags.flag?.targeting, { depth: 4, maxArrayLength: 3, maxStringLength: 20, breakLength: 1000 });
}

type Guard = (context: unknown, isBehindProxy: boolean) => unknown;

/** Prepares contexts so that every read of something inherited is told and fails: by their prototypes, or behind proxies. */
function createGuard(tell: (key: string) => void): Guard {
  const fail = (_target: object, key: PropertyKey): never => {
    tell(String(key));
    throw new Error(`Something inherited was read: ${String(key)}.`);
  };
  const poison = new Proxy(Object.create(null) as object, { get: fail, has: fail, getOwnPropertyDescriptor: fail });
  const ways: readonly ((copy: object) => object)[] = [
    (copy) => Object.setPrototypeOf(copy, poison),
    (copy) =>
      new Proxy(copy, {
        get: (target, key) => (Object.hasOwn(target, key) ? Reflect.get(target, key) : fail(target, key)),
        has: fail,
      }),
  ];
  const heavy = ways.map((way) => withEach(heavyContext, way));
  return (context, isBehindProxy) => {
    const way = isBehindProxy ? 1 : 0;
    return context === heavyContext ? heavy[way] : withEach(context, ways[way]!);
  };
}

/** A copy of plain objects and arrays, each of them changed; made without recursion, since contexts may be deep. */
function withEach(root: unknown, change: (copy: object) => object): unknown {
  const top: unknown[] = [root];
  const open: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const copies: { readonly holder: Record<string, unknown>; readonly key: string; readonly copy: object }[] = [];
  open.push({ holder: top as unknown as Record<string, unknown>, key: '0' });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const value = next.holder[next.key];
    if (!isPlain(value)) continue;
    const copy = (
      Array.isArray(value) ? value.slice() : Object.defineProperties({}, Object.getOwnPropertyDescriptors(value))
    ) as Record<string, unknown>;
    copies.push({ ...next, copy });
    write(next.holder, next.key, copy);
    for (const key of Object.keys(copy)) open.push({ holder: copy, key });
  }
  // Innermost first, since what lies behind a proxy can no longer be changed from here.
  for (const { holder, key, copy } of copies.reverse()) write(holder, key, change(copy));
  return top[0];
}

function write(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function isPlain(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
