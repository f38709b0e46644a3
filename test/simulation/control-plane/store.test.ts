import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../domain/index.ts';
import { connect } from '../../../simulation/control-plane/store/connect.ts';
import { openStatements } from '../../../simulation/control-plane/store/open-statements.ts';
import { emptyTables } from '../../../simulation/control-plane/store/tables.ts';
import { seededRandom } from '../../provider/seeded-random.ts';
import { storageContract } from '../../storage/storage-contract.ts';

/** Most turns that a statement is on its way there, and back. */
const MAX_TURNS = 5;

/** A simulated storage on the real clock, whose calls arrive and return in an order of the seed's choosing. */
function openSimulated(seed: number): Storage {
  const random = seededRandom(seed);
  const parts = {
    clock: { nowMs: () => Date.now() },
    drawBytes: (count: number) => Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
  };
  const someTurns = async () => {
    for (let turn = Math.floor(random() * MAX_TURNS); turn > 0; turn -= 1) await null;
  };
  return connect(openStatements(emptyTables(), parts), async (_, statement) => {
    await someTurns();
    const result = statement();
    await someTurns();
    return result;
  });
}

describe.each([1, 2, 3])('the simulated storage, in the order of seed %i', (seed) => {
  const storage = openSimulated(seed);
  storageContract(() => storage);

  it('lets calls overtake each other', async () => {
    const finished: number[] = [];
    await Promise.all(Array.from({ length: 20 }, (_, n) => storage.ping().then(() => finished.push(n))));
    expect(finished).not.toEqual(finished.toSorted((left, right) => left - right));
  });
});
