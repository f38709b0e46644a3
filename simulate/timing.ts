/** How long runs took, by policy. */
export interface Timing {
  add(policies: readonly string[], ms: readonly number[]): void;
  /** One line a policy, the slowest first. */
  inWords(): string;
}

/** An account of what runs take; the first policy in a world also pays for what the others see too. */
export function openTiming(): Timing {
  const sums = new Map<string, { runs: number; ms: number }>();
  return {
    add: (policies, ms) => {
      for (const [index, policy] of policies.entries()) {
        const { runs, ms: before } = sums.get(policy) ?? { runs: 0, ms: 0 };
        sums.set(policy, { runs: runs + 1, ms: before + ms[index]! });
      }
    },
    inWords: () =>
      [...sums]
        .map(([policy, { runs, ms }]) => ({ policy, runs, each: ms / runs }))
        .sort((a, b) => b.each - a.each)
        .map(({ policy, runs, each }) => `${each.toFixed(1).padStart(9)} ms a run  ${policy} (${runs} runs)`)
        .join('\n'),
  };
}
