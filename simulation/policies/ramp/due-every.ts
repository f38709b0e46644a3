/** Says at each call whether `intervalMs` have passed since it last said so, on a fixed grid from `firstMs` on. */
export function dueEvery(intervalMs: number, firstMs: number = intervalMs): (nowMs: number) => boolean {
  let nextMs = firstMs;
  return (nowMs) => {
    if (nowMs < nextMs) return false;
    nextMs += intervalMs * (1 + Math.floor((nowMs - nextMs) / intervalMs));
    return true;
  };
}
