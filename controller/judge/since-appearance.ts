import type { JudgedWindow, JudgePlan } from './judge-plan.ts';

/**
 * The windows of the newest analysis: since a treatment served somebody after none had for `absenceMs`; no windows when
 * none does now. Time in which control served nobody either says nothing, and does not count as absence.
 */
export function sinceAppearance(
  { control, treatments }: Pick<JudgePlan, 'control' | 'treatments'>,
  windows: readonly JudgedWindow[],
  absenceMs: number,
): readonly JudgedWindow[] {
  let awayMs = absenceMs;
  let first = windows.length;
  windows.forEach((window, index) => {
    const isThere = treatments.some((variant) => shows(window, variant));
    if (isThere && awayMs >= absenceMs) first = index;
    if (isThere) awayMs = 0;
    else if (shows(window, control)) awayMs += window.endMs - window.startMs;
  });
  return awayMs >= absenceMs ? [] : windows.slice(first);
}

/** Whether a variant served anybody in a window. */
export function shows({ sources }: JudgedWindow, variant: string): boolean {
  return Object.values(sources).some(
    ({ variants }) => Object.hasOwn(variants, variant) && variants[variant]!.units > 0,
  );
}
