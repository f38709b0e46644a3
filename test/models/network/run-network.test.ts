import { describe, expect, it } from 'vitest';
import { type DenseLayer, type Network, networkFault, runNetwork, standardise } from '../../../models/index.ts';

const layer = (inputs: number, kernel: readonly number[], bias: readonly number[]): DenseLayer => ({
  inputs,
  outputs: bias.length,
  kernel,
  bias,
});

// Hidden: h₁ = relu(x₁ + 2x₂ − 1), h₂ = relu(−x₁ + x₂).
const network: Network = {
  inputs: 2,
  hidden: [layer(2, [1, -1, 2, 1], [-1, 0])],
  heads: {
    line: { kind: 'linear', layer: layer(2, [3, -2], [0.5]) },
    chance: { kind: 'sigmoid', layer: layer(2, [1, 0], [0]) },
    kinds: { kind: 'softmax', layer: layer(2, [1, 0, 0, 0, 1, 0], [0, 0, 0]) },
  },
};

describe('a dense network', () => {
  it('is its layers with ReLU between them, by hand', () => {
    // x = (1, 2): h = (4, 1).
    const { line, chance, kinds } = runNetwork(network, [1, 2]);
    expect([...Array.from(line!)]).toEqual([10.5]);
    expect(chance![0]).toBeCloseTo(1 / (1 + Math.exp(-4)), 15);
    const powers = [Math.exp(4), Math.exp(1), 1];
    const total = powers[0]! + powers[1]! + powers[2]!;
    powers.forEach((power, index) => {
      expect(kinds![index]).toBeCloseTo(power / total, 15);
    });
  });

  it('cuts off what is below 0 in the hidden layer only', () => {
    // x = (1, −1): h = (0, 0), so that only biases are left.
    expect(runNetwork(network, [1, -1])['line']![0]).toBe(0.5);
    expect(runNetwork(network, [0, 9])['line']![0]).toBe(3 * 17 - 2 * 9 + 0.5);
  });

  it('stays finite for extreme logits, and lets NaN through', () => {
    const far = runNetwork(network, [0, 1e6]);
    expect(Array.from(far['kinds']!)).toEqual([1, 0, 0]);
    expect(far['chance']![0]).toBe(1);
    expect(runNetwork(network, [Number.NaN, 1])['line']![0]).toBeNaN();
  });

  it('refuses another number of inputs', () => {
    expect(() => runNetwork(network, [1])).toThrow('1 inputs for a network of 2');
  });

  it('is recognised as usable after a journey through JSON, and every fault of it is named', () => {
    expect(networkFault(JSON.parse(JSON.stringify(network)), 2)).toBeUndefined();
    const faults: readonly (readonly [unknown, string])[] = [
      [null, 'not an object'],
      [{ ...network, inputs: 3 }, '3 inputs in place of 2'],
      [{ ...network, hidden: null }, 'not a list'],
      [{ ...network, heads: {} }, 'no heads'],
      [{ ...network, hidden: [layer(2, [1, 2, 3], [0, 0])] }, 'a kernel has a wrong size'],
      [{ ...network, hidden: [layer(2, [1, 2, 3, Number.NaN], [0, 0])] }, 'not finite'],
      [{ ...network, hidden: [layer(3, [1, 2, 3], [0])] }, '3 inputs where 2 come in'],
      [{ ...network, heads: { a: { kind: 'tanh', layer: layer(2, [1, 1], [0]) } } }, 'no known kind'],
    ];
    for (const [broken, words] of faults) expect(networkFault(broken, 2)).toContain(words);
  });
});

describe('standardised inputs', () => {
  it('are standard deviations from the mean, and 0 for what is masked', () => {
    const standardisation = { mean: [1, 2, 0], sd: [2, 4, 1] };
    expect(Array.from(standardise(standardisation, [-1, 2, -1], [5, 10, 1]))).toEqual([2, 2, 1]);
    expect(Array.from(standardise(standardisation, [-1, 2, -1], [5, 10, 0]))).toEqual([2, 0, 0]);
  });
});
