import { describe, expect, it } from 'vitest';
import type { Storage } from '../../domain/index.ts';
import { decisionsContract } from './decisions-contract.ts';
import { flagsContract } from './flags-contract.ts';
import { keysContract } from './keys-contract.ts';
import { rolloutsContract } from './rollouts-contract.ts';
import { sourcesContract } from './sources-contract.ts';
import { streamsContract } from './streams-contract.ts';
import { windowsContract } from './windows-contract.ts';

/** What every storage must do; `get` returns the one that is open while the tests run. */
export function storageContract(get: () => Storage): void {
  it('answers a ping', async () => {
    await expect(get().ping()).resolves.toBeUndefined();
  });

  describe('flags', () => flagsContract(get));
  describe('rollouts', () => rolloutsContract(get));
  describe('decisions', () => decisionsContract(get));
  describe('windows', () => windowsContract(get));
  describe('sources', () => sourcesContract(get));
  describe('streams', () => streamsContract(get));
  describe('keys', () => keysContract(get));
}
