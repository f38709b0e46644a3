const HALF = 0xf9;
const SINGLE = 0xfa;
const DOUBLE = 0xfb;

/** CBOR's encoding of a finite number other than 0 as the shortest float, of 16, 32 or 64 bits, that keeps its value. */
export function smallestFloat(value: number): Uint8Array {
  if (Math.fround(value) !== value) return floatBytes(DOUBLE, 8, (view) => view.setFloat64(1, value));
  const half = halfBits(value);
  if (half === undefined) return floatBytes(SINGLE, 4, (view) => view.setFloat32(1, value));
  return floatBytes(HALF, 2, (view) => view.setUint16(1, half));
}

function floatBytes(head: number, size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(1 + size);
  bytes[0] = head;
  write(new DataView(bytes.buffer));
  return bytes;
}

/** The value as IEEE 754 binary16: a sign, 5 bits of exponent, 10 bits of fraction; undefined when that loses something. */
function halfBits(value: number): number | undefined {
  const sign = value < 0 ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  // In units of the last place: below 1024 only where the exponent is at its least, which makes the number subnormal.
  const significand = magnitude * 2 ** (10 - exponent);
  if (exponent > 15 || !Number.isInteger(significand) || significand >= 2048) return undefined;
  return significand < 1024 ? sign | significand : sign | ((exponent + 15) << 10) | (significand - 1024);
}
