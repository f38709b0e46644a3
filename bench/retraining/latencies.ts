/** How long answers took while something went on. */
export interface Latencies {
  readonly count: number;
  readonly failed: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** Asks again and again at a fixed rate, whether or not the last answer has come, until told to stop. */
export function measureLatencies(ask: () => Promise<boolean>, perSecond: number): { stop(): Promise<Latencies> } {
  const times: number[] = [];
  const open = new Set<Promise<void>>();
  let failed = 0;
  const once = async () => {
    const startedMs = performance.now();
    const isAnswered = await ask().catch(() => false);
    if (isAnswered) times.push(performance.now() - startedMs);
    else failed += 1;
  };
  const timer = setInterval(() => {
    const asked = once();
    open.add(asked);
    void asked.finally(() => open.delete(asked));
  }, 1_000 / perSecond);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
      return { count: times.length, failed, medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
    },
  };
}
