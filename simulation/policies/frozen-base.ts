import { SHARE_TOTAL } from '../../domain/index.ts';
import type { ComparedArms } from './arms/matched-arms.ts';
import type { PolicyView } from './policy.ts';
import { type LossContrast, type LossWeights, lossContrast } from './statistics/loss-contrast.ts';

/** What a rule knows of the service once it has seen enough of control; it does not change afterwards. */
export interface FrozenBase {
  /** Loss per exposure in control. */
  readonly base: number;
  /** Exposures per ms over all of the traffic. */
  readonly trafficPerMs: number;
}

/** The loss so far, beside the frozen base. */
export interface LossView extends LossContrast {
  readonly frozen: FrozenBase;
}

/** Control exposures after which what must be fixed in advance is fixed. */
export const MIN_CONTROL = 200;

/** Watches the loss, in a first stage that lasts until the base is frozen; null until then. */
export function lossWatch(weights: LossWeights): (arms: ComparedArms, view: PolicyView) => LossView | null {
  let frozen: FrozenBase | null = null;
  return (arms, view) => {
    const contrast = lossContrast(arms, weights);
    if (contrast === null) return null;
    if (frozen === null && arms.control.exposures >= MIN_CONTROL && contrast.base > 0) {
      const trafficPerMs = (arms.treatment.exposures / view.nowMs) * (SHARE_TOTAL / view.coverage);
      frozen = { base: contrast.base, trafficPerMs };
    }
    return frozen === null ? null : { ...contrast, frozen };
  };
}
