/** The code point that begins at an index of the text; half of a surrogate pair is U+FFFD, as for every UTF-8 encoder. */
export function wellFormedCodePointAt(text: string, index: number): number {
  const codePoint = text.codePointAt(index)!;
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
}

/** How many UTF-8 bytes a code point has. */
export function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The UTF-8 bytes of a code point as one number, first byte lowest. */
export function utf8Of(codePoint: number): number {
  if (codePoint < 0x80) return codePoint;
  const last = 0x80 | (codePoint & 0x3f);
  if (codePoint < 0x800) return 0xc0 | (codePoint >> 6) | (last << 8);
  const third = 0x80 | ((codePoint >> 6) & 0x3f);
  if (codePoint < 0x10000) return 0xe0 | (codePoint >> 12) | (third << 8) | (last << 16);
  const second = 0x80 | ((codePoint >> 12) & 0x3f);
  return 0xf0 | (codePoint >> 18) | (second << 8) | (third << 16) | (last << 24);
}

/** How many UTF-8 bytes a text has. */
export function utf8ByteCount(text: string): number {
  let byteCount = 0;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) < 0x80) {
      byteCount++;
      continue;
    }
    const codePoint = wellFormedCodePointAt(text, index);
    byteCount += utf8Length(codePoint);
    if (codePoint > 0xffff) index++;
  }
  return byteCount;
}

/** Whether the last character of the text could make a pair with the first one of another text. */
export function endsWithHalfPair(text: string): boolean {
  const code = text.charCodeAt(text.length - 1);
  return code >= 0xd800 && code <= 0xdbff;
}
