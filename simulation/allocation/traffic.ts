import {
  allocationAt,
  type ClosedWindow,
  intendedShares,
  isDividedByLeaf,
  REST,
  type Rollout,
  segmentOf,
} from '../../domain/index.ts';
import type { Draws } from '../draws.ts';
import { ALLOCATION_BASE, type AllocationWorld, mostPurchases } from './allocation-world.ts';
import { drawRegionalWindow } from './draw-regional-window.ts';
import { drawWindow } from './draw-window.ts';
import { type Panel, panelOf } from './panel.ts';
import type { WorldMinute } from './world-minute.ts';

/** A world as a run plays it. */
export interface Traffic {
  /** The window of one minute under a rollout. */
  draw(rollout: Rollout, at: Omit<WorldMinute, 'intended' | 'coverage'>, draws: Draws): ClosedWindow;
  /** Units in some treatment, and purchases lost beside the best treatment of each country. */
  lossIn(window: ClosedWindow): { readonly treated: number; readonly lost: number };
  /** What watched units are served, country by country. */
  panels(rollout: Rollout): readonly Panel[];
}

/** The traffic of a world. */
export function trafficOf(world: AllocationWorld): Traffic {
  return world.regions === undefined ? alike(world) : byCountry(world.regions);
}

function alike(world: AllocationWorld): Traffic {
  const most = mostPurchases(world);
  return {
    draw({ definition, state: { coverage, admission } }, at, draws) {
      const intended = intendedShares(allocationAt(definition, coverage, admission));
      return drawWindow(world, { ...at, coverage, intended }, draws);
    },
    lossIn: ({ sources }) =>
      world.treatments.reduce(
        (sum, { variant, purchases }) => {
          const { units } = sources['app']!.variants[variant]!;
          const each = ALLOCATION_BASE.purchases * Math.max(0, most - purchases);
          return { treated: sum.treated + units, lost: sum.lost + units * each };
        },
        { treated: 0, lost: 0 },
      ),
    panels: ({ definition, state }) => [panelOf(definition, state)],
  };
}

function byCountry(regions: NonNullable<AllocationWorld['regions']>): Traffic {
  const leafIn = ({ state: { admission } }: Rollout, country: string) =>
    admission?.tree?.leaves.find(({ values }) => values.includes(country))?.leaf ?? REST;
  return {
    draw(rollout, at, draws) {
      const { definition, state } = rollout;
      const { coverage, admission } = state;
      const isDivided = isDividedByLeaf(admission, coverage);
      const allocationIn = (country: string) => {
        const leaf = leafIn(rollout, country);
        const intended = intendedShares(allocationAt(definition, coverage, admission, leaf));
        return { intended, leaf: isDivided ? leaf : undefined };
      };
      return drawRegionalWindow(regions, { ...at, coverage }, allocationIn, draws);
    },
    lossIn: ({ sources }) => {
      let [treated, lost] = [0, 0];
      for (const { country, purchases, effects } of regions) {
        const harmless = Object.values(effects).filter(({ errors }) => errors === 1);
        const most = Math.max(...harmless.map((effect) => effect.purchases));
        for (const [variant, effect] of Object.entries(effects)) {
          const shown = sources['app']!.variants[variant]!.segments?.[segmentOf('country', country)];
          const units = shown?.['purchases']?.exposures ?? 0;
          treated += units;
          lost += units * purchases * Math.max(0, most - effect.purchases);
        }
      }
      return { treated, lost };
    },
    panels: (rollout) =>
      regions.map(({ country }) => panelOf(rollout.definition, rollout.state, leafIn(rollout, country))),
  };
}
