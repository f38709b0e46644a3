/** Values that a tuner may try, by setting. */
export type Choices<Settings> = { readonly [Key in keyof Settings]?: readonly Settings[Key][] };

/** All combinations of the choices; what is not among them stays as shipped. */
export function combinations<Settings extends object>(
  shipped: Settings,
  choices: Choices<Settings>,
): readonly Settings[] {
  let grid: readonly Settings[] = [shipped];
  for (const [key, values] of Object.entries<readonly unknown[]>(choices as Record<string, readonly unknown[]>)) {
    grid = grid.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value })));
  }
  return grid;
}
