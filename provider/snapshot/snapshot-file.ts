import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Snapshot } from '../../domain/index.ts';
import { messageOf } from '../client-error.ts';
import { readSnapshot } from './read-snapshot.ts';
import type { VerifiedSnapshot } from './verified-snapshot.ts';

/** First line of the file: what the second one, the snapshot, must be. */
interface Manifest {
  readonly epoch: number;
  readonly version: number;
  /** SHA-256 of the bytes that follow the line, hexadecimal. */
  readonly sha256: string;
}

/** Longest first line that is looked at, in bytes. */
const MAX_MANIFEST_BYTES = 512;

/** Where the file that was replaced last is kept. */
export function previousOf(file: string): string {
  return `${file}.prev`;
}

/** The snapshot in a file; undefined when there is no file, a sentence when there is one of no use. */
export function readSnapshotFile(file: string): VerifiedSnapshot | string | undefined {
  try {
    const bytes = readFileSync(file);
    const end = bytes.indexOf('\n');
    const body = bytes.subarray(end + 1);
    const manifest = parseManifest(bytes.subarray(0, Math.max(end, 0)));
    if (manifest === undefined || digest(body) !== manifest.sha256) return `${file} is damaged`;
    const verified = readSnapshot(body.toString());
    return typeof verified === 'string' ? `${file}: ${verified}` : verified;
  } catch (failure) {
    return isAbsent(failure) ? undefined : messageOf(failure);
  }
}

/**
 * Replaces the file, unless it holds the same or a newer snapshot; a crash at any moment leaves the old or the new one.
 * A damaged file is replaced whatever it claims to hold, and never takes the place of the one before it.
 *
 * Everything is on disk before the name points to it (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
 */
export async function writeSnapshotFile(file: string, snapshot: Snapshot, isDamaged = false): Promise<void> {
  if (!isDamaged && !(await isNewer(snapshot, file))) return;
  const temporary = `${file}.${process.pid}.tmp`;
  await writeDurably(temporary, bytesOf(snapshot));
  if (!isDamaged) await keepPrevious(file);
  await rename(temporary, file);
  await syncDirectory(dirname(file));
}

function bytesOf(snapshot: Snapshot): Buffer {
  const body = Buffer.from(JSON.stringify(snapshot));
  const { epoch, version } = snapshot;
  const manifest: Manifest = { epoch, version, sha256: digest(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(manifest)}\n`), body]);
}

/** Processes that share the file write in any order; none may replace a newer snapshot. */
async function isNewer({ epoch, version }: Snapshot, file: string): Promise<boolean> {
  const stored = await readManifest(file);
  if (stored === undefined) return true;
  return epoch === stored.epoch ? version > stored.version : epoch > stored.epoch;
}

async function readManifest(file: string): Promise<Manifest | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_MANIFEST_BYTES));
      const bytes = buffer.subarray(0, bytesRead);
      return parseManifest(bytes.subarray(0, Math.max(bytes.indexOf('\n'), 0)));
    } finally {
      await handle.close();
    }
  } catch (failure) {
    if (isAbsent(failure)) return undefined;
    throw failure;
  }
}

function parseManifest(line: Buffer): Manifest | undefined {
  try {
    const { epoch, version, sha256 } = JSON.parse(line.toString());
    return Number.isSafeInteger(epoch) && Number.isSafeInteger(version) && typeof sha256 === 'string'
      ? { epoch, version, sha256 }
      : undefined;
  } catch {
    return undefined;
  }
}

async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The older file is a second line only: a file system without hard links goes without it. */
async function keepPrevious(file: string): Promise<void> {
  const temporary = `${file}.${process.pid}.prev.tmp`;
  await rm(temporary, { force: true });
  try {
    await link(file, temporary);
  } catch {
    return;
  }
  await rename(temporary, previousOf(file));
  // Two names of one file are not renamed into one; what is left over then must not be.
  await rm(temporary, { force: true });
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isAbsent(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'ENOENT';
}
