import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainState, checkExport, checkLine, headLine, linesOf, START_OF_CHAIN } from '../../audit/index.ts';
import { aChain, faultIn, linesIn, sha256 } from './builders.ts';

const COUNT = 10_000;
const chain = aChain(COUNT);
const lines = linesIn(chain);
/** The state before each line, by its index. */
const states = lines.reduce<ChainState[]>(
  (all, line) => [...push(all, checkLine(all.at(-1)!, line, sha256) as ChainState)],
  [START_OF_CHAIN],
);

function push(all: ChainState[], state: ChainState): ChainState[] {
  all.push(state);
  return all;
}

/** Checks what is left of the chain from just before a place: all before it is as it was, and was found sound. */
const faultFrom = (index: number, rest: readonly string[]) => faultIn(rest, states[index]!);
const anIndex = fc.integer({ min: 0, max: COUNT - 1 });
const settings = { seed: 20_261_130, numRuns: 2_000 };

describe('a chain of 10 000 entries', () => {
  it('is sound, to its last entry', () => {
    expect(faultIn(lines)).toBeUndefined();
    expect(states.at(-1)).toMatchObject({ sequence: COUNT, hash: chain.at(-1)!.hash });
  });

  it('shows any changed byte, and the entry that it is in', () => {
    fc.assert(
      fc.property(anIndex, fc.nat(), fc.integer({ min: 1, max: 255 }), (index, place, flip) => {
        const bytes = Buffer.from(lines[index]!);
        bytes[place % bytes.length]! ^= flip;
        expect(faultFrom(index, [bytes.toString('latin1')])).toMatchObject({ sequence: index + 1 });
      }),
      settings,
    );
  });

  it('shows every byte of an entry, whatever it becomes', () => {
    const index = 5_678;
    const bytes = Buffer.from(lines[index]!);
    for (let place = 0; place < bytes.length; place += 1) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(bytes);
        changed[place]! ^= flip;
        expect(faultFrom(index, [changed.toString('latin1')]), `byte ${place}`).toMatchObject({ sequence: index + 1 });
      }
    }
  });

  it('shows a changed entry whose hash was made anew', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: COUNT - 2 }), (index) => {
        const { hash: _, ...entry } = { ...chain[index]!, actor: 'key:innocent' };
        const forged = JSON.stringify(entry);
        const rehashed = { ...entry, hash: sha256(forged) };
        expect(faultFrom(index, [JSON.stringify(rehashed), lines[index + 1]!])).toMatchObject({ sequence: index + 1 });
        const canonical = linesIn([{ ...rehashed, hash: hashOf(entry) }])[0]!;
        expect(faultFrom(index, [canonical, lines[index + 1]!])).toMatchObject({ sequence: index + 2 });
      }),
      { ...settings, numRuns: 200 },
    );
  });

  it('shows a removed entry, two that were swapped, and one that was inserted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: COUNT - 3 }), anIndex, (index, other) => {
        const [a, b, c] = lines.slice(index, index + 3) as [string, string, string];
        const first = { sequence: index + 1 };
        expect(faultFrom(index, [b, c])).toMatchObject(first);
        expect(faultFrom(index, [b, a, c])).toMatchObject(first);
        if (other !== index) expect(faultFrom(index, [lines[other]!, a, b])).toMatchObject(first);
        expect(faultFrom(index, [a, a, b])).toMatchObject({ sequence: index + 2 });
      }),
      settings,
    );
  });

  it('shows an entry of another chain', () => {
    const foreign = { ...states[0]!, chain: JSON.stringify(['acme', 'staging']) };
    expect(faultIn(lines, foreign)).toEqual({ sequence: 1, message: 'entry 1 belongs to another chain' });
  });
});

describe('an export', () => {
  const some = aChain(40);
  const file = Buffer.from([...linesIn(some), headLine(some.at(-1)!)].map((line) => `${line}\n`).join(''));
  const check = (bytes: Uint8Array) => checkExport(linesOf([bytes]), sha256);

  it('is sound, in pieces of any size', async () => {
    const { sequence, hash } = some.at(-1)!;
    for (const size of [1, 7, 1_000, file.length]) {
      const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, n) =>
        file.subarray(n * size, (n + 1) * size),
      );
      expect(await checkExport(linesOf(pieces), sha256)).toEqual({ head: { sequence, hash }, fault: null });
    }
    expect(await check(Buffer.from(`${headLine(START_OF_CHAIN)}\n`))).toMatchObject({ fault: null });
  });

  it('shows any changed byte, line ends included', async () => {
    const lineEnds = [...file.keys()].filter((place) => file[place] === 0x0a);
    const places = [...lineEnds, ...fc.sample(fc.nat(file.length - 1), { seed: 7, numRuns: 400 })];
    for (const place of places) {
      for (const flip of [0x01, 0x07, 0x80]) {
        const changed = Buffer.from(file);
        changed[place]! ^= flip;
        const { fault } = await check(changed);
        const line = file.subarray(0, place).filter((byte) => byte === 0x0a).length;
        expect(fault?.sequence, `byte ${place}`).toBe(line + 1);
      }
    }
  });

  it('shows that it was cut, or that something was added', async () => {
    const all = [...linesIn(some), headLine(some.at(-1)!)];
    const checkLines = (given: readonly string[]) => checkExport(given, sha256);
    expect((await checkLines(all.slice(0, -1))).fault).toMatchObject({ sequence: 41 });
    expect((await checkLines(all.slice(0, 20))).fault).toMatchObject({ sequence: 21 });
    expect((await checkLines([...all.slice(0, 39), all[40]!])).fault).toMatchObject({
      message: 'the export ends with entry 39, and should with entry 40',
    });
    expect((await checkLines([...all, all[0]!])).fault).not.toBeNull();
    expect((await checkLines([])).fault).not.toBeNull();
  });
});

function hashOf(entry: object): string {
  const sorted = Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sha256(JSON.stringify(sorted));
}
