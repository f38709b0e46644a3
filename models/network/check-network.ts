import { isRecord, isVector } from './json-shape.ts';
import type { DenseLayer, Network } from './network.ts';

/** What makes a value no usable network of so many inputs, in words; undefined for a network. */
export function networkFault(value: unknown, inputs: number): string | undefined {
  if (!isRecord(value)) return 'a network is not an object';
  const { hidden, heads } = value;
  if (value['inputs'] !== inputs) return `a network has ${String(value['inputs'])} inputs in place of ${inputs}`;
  if (!Array.isArray(hidden)) return 'the hidden layers of a network are not a list';
  if (!isRecord(heads) || Object.keys(heads).length === 0) return 'a network has no heads';
  let width = inputs;
  for (const layer of hidden as unknown[]) {
    const fault = layerFault(layer, width);
    if (fault !== undefined) return fault;
    width = (layer as DenseLayer).outputs;
  }
  return first(Object.entries(heads).map(([name, head]) => headFault(name, head, width)));
}

/** How many coefficients a network has. */
export function coefficientCount({ hidden, heads }: Network): number {
  return [...hidden, ...Object.values(heads).map(({ layer }) => layer)].reduce(
    (sum, { kernel, bias }) => sum + kernel.length + bias.length,
    0,
  );
}

function headFault(name: string, head: unknown, width: number): string | undefined {
  if (!isRecord(head)) return `the head ${name} is not an object`;
  if (!['linear', 'sigmoid', 'softmax'].includes(String(head['kind']))) return `the head ${name} has no known kind`;
  return layerFault(head['layer'], width);
}

function layerFault(layer: unknown, width: number): string | undefined {
  if (!isRecord(layer)) return 'a layer is not an object';
  const { inputs, outputs, kernel, bias } = layer;
  if (inputs !== width) return `a layer has ${String(inputs)} inputs where ${width} come in`;
  if (!Number.isInteger(outputs) || (outputs as number) < 1) return 'a layer has no outputs';
  if (!isVector(kernel, width * (outputs as number))) return 'a kernel has a wrong size or a number that is not finite';
  if (!isVector(bias, outputs as number)) return 'a bias has a wrong size or a number that is not finite';
  return undefined;
}

function first(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}
