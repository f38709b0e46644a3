import type { Quantity } from './scenario-schema.ts';

/** The u-quantile of a quantity. */
export function drawQuantity(quantity: Quantity, u: number): number {
  if (typeof quantity === 'number') return quantity;
  if ('uniform' in quantity) {
    const [least, most] = quantity.uniform;
    return least + (most - least) * u;
  }
  const [least, most] = quantity.logUniform;
  return least * (most / least) ** u;
}
