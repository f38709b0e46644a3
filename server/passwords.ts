import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** 32 MiB and some 80 ms for each guess (RFC 7914; N is the cost). */
const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

/** Most passwords that are hashed at the same time; the others wait, and so does nothing else. */
const MAX_AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

/** A random password that somebody can type. */
export function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** What is stored of a password: `scrypt$<N>$<r>$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, { N: COST, r: BLOCK_SIZE });
  return ['scrypt', COST, BLOCK_SIZE, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the one that was hashed; without a hash it takes as long, and is not. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, cost, blockSize, salt, hash] = (stored ?? NOBODYS).split('$');
  const expected = Buffer.from(hash!, 'base64url');
  const found = await derive(password, Buffer.from(salt!, 'base64url'), { N: Number(cost), r: Number(blockSize) });
  return timingSafeEqual(found, expected) && stored !== null;
}

/** What is compared with where there is nobody, so that an answer does not tell by its time who exists. */
const NOBODYS = [
  'scrypt',
  COST,
  BLOCK_SIZE,
  'AAAAAAAAAAAAAAAAAAAAAA',
  Buffer.alloc(HASH_BYTES).toString('base64url'),
].join('$');

async function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...options, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
