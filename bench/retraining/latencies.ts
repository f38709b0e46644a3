/** How long answers took while something went on. */
export interface Latencies {
  /** In the order in which they came, ms. */
  readonly timesMs: readonly number[];
  readonly failed: number;
}

/** Asks again and again at a fixed rate, whether or not the last answer has come, until told to stop. */
export function measureLatencies(ask: () => Promise<boolean>, perSecond: number): { stop(): Promise<Latencies> } {
  const timesMs: number[] = [];
  const open = new Set<Promise<void>>();
  let failed = 0;
  const once = async () => {
    const startedMs = performance.now();
    const isAnswered = await ask().catch(() => false);
    if (isAnswered) timesMs.push(performance.now() - startedMs);
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
      return { timesMs, failed };
    },
  };
}

/** Those of several stretches as if they were one. */
export function pooled(stretches: readonly Latencies[]): Latencies {
  return {
    timesMs: stretches.flatMap(({ timesMs }) => timesMs),
    failed: stretches.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** The time within which this share of the answers came, ms; NaN when none came. */
export function quantileMs({ timesMs }: Latencies, share: number): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
