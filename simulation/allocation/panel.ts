import { allocationAt, REST, type Rollout, type RolloutState, slotsOf } from '../../domain/index.ts';

/** Every hundredth bucket is watched. */
const PANEL = Array.from({ length: 1_000 }, (_, index) => index * 100);

/** The treatment that each unit of the panel has; undefined: control. */
export interface Panel {
  readonly owners: readonly (number | undefined)[];
  /** How many treatments are withdrawn. */
  readonly withdrawn: number;
}

/** What the panel is served. */
export function panelOf(definition: Rollout['definition'], { coverage, admission }: RolloutState, leaf = REST): Panel {
  const bounds: { readonly until: number; readonly owner: number | undefined }[] = [];
  let until = 0;
  for (const { owner, treatment, control } of slotsOf(allocationAt(definition, coverage, admission, leaf))) {
    bounds.push({ until: until + treatment, owner }, { until: until + treatment + control, owner: undefined });
    until += treatment + control;
  }
  const owners = PANEL.map((bucket) => bounds.find((bound) => bucket < bound.until)!.owner);
  return { owners, withdrawn: admission?.withdrawn.length ?? 0 };
}

/** Units that went from one treatment to another, or back to control though nobody withdrew theirs. */
export function switchedBetween(before: Panel, after: Panel): number {
  const isWithdrawal = after.withdrawn > before.withdrawn;
  return before.owners.filter((owner, unit) => {
    const next = after.owners[unit];
    return owner !== undefined && owner !== next && (next !== undefined || !isWithdrawal);
  }).length;
}

/** Largest share, over pairs of panels, of units with a treatment in both that have not the same. */
export function mostUnlike(panels: readonly Panel[]): number {
  const shares = panels.flatMap((one) =>
    panels.map((other) => {
      const both = one.owners.filter((owner, unit) => owner !== undefined && other.owners[unit] !== undefined);
      const unlike = one.owners.filter((owner, unit) => {
        const next = other.owners[unit];
        return owner !== undefined && next !== undefined && owner !== next;
      });
      return both.length === 0 ? 0 : unlike.length / both.length;
    }),
  );
  return Math.max(...shares);
}
