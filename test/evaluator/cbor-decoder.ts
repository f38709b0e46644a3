/** Reads one CBOR data item (RFC 8949) as encoders of our subset write it; throws at anything else. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;

  function item(): unknown {
    const initial = view.getUint8(position++);
    const code = initial & 31;
    switch (initial >> 5) {
      case 0:
        return Number(argument(code));
      case 1:
        return Number(-1n - argument(code));
      case 3:
        return text(Number(argument(code)));
      case 4:
        return Array.from({ length: Number(argument(code)) }, item);
      case 5:
        return Object.fromEntries(Array.from({ length: Number(argument(code)) }, () => [item(), item()]));
      case 7:
        return simple(code);
      default:
        throw new Error(`Unexpected initial byte ${initial}.`);
    }
  }

  function argument(code: number): bigint {
    if (code < 24) return BigInt(code);
    const size = 2 ** (code - 24);
    let value = 0n;
    for (const byte of take(size)) value = value * 256n + BigInt(byte);
    // Deterministic encoders use the shortest form that holds the value.
    const least = size === 1 ? 24n : 1n << BigInt(4 * size);
    if (value < least) throw new Error(`${value} does not need ${size} bytes.`);
    return value;
  }

  function simple(code: number): unknown {
    if (code === 25) return halfOf(new DataView(take(2).slice().buffer).getUint16(0));
    if (code === 26) return new DataView(take(4).slice().buffer).getFloat32(0);
    if (code === 27) return new DataView(take(8).slice().buffer).getFloat64(0);
    if (code < 20 || code > 22) throw new Error(`Unexpected simple value ${code}.`);
    return [false, true, null][code - 20];
  }

  function text(byteCount: number): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(take(byteCount));
  }

  function take(byteCount: number): Uint8Array {
    position += byteCount;
    if (position > bytes.length) throw new Error('The bytes end too early.');
    return bytes.subarray(position - byteCount, position);
  }

  const value = item();
  if (position !== bytes.length) throw new Error('There are bytes left over.');
  return value;
}

/** The value of 16 bits as IEEE 754 binary16 (RFC 8949, appendix D). */
export function halfOf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}
