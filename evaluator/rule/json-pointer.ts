/** The JSON pointer (RFC 6901) of a member or element of what `path` points to. */
export function pointerTo(path: string, step: string | number): string {
  return `${path}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
