import { html, type Markup, px } from './markup.ts';
import type { Series } from './series.ts';

const SIZE = 5.5;

/** A point of a series; hollow for a policy that is not admitted to the front. */
export function marker(
  { colour, shape }: Series,
  { x, y, isHollow }: { readonly x: number; readonly y: number; readonly isHollow: boolean },
): Markup {
  const outlines = {
    circle: `M${px(x - SIZE)} ${px(y)}a${SIZE} ${SIZE} 0 1 0 ${2 * SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${-2 * SIZE} 0z`,
    square: `M${px(x - 5)} ${px(y - 5)}h10v10h-10z`,
    diamond: `M${px(x)} ${px(y - 7)}l7 7l-7 7l-7 -7z`,
    triangle: `M${px(x)} ${px(y - 6.5)}l6.5 11.5h-13z`,
  };
  return html`<path class="marker ${colour}${isHollow ? ' hollow' : ''}" d="${outlines[shape]}"/>`;
}
