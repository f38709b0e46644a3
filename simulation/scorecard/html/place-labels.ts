/** A point that should be labelled. */
export interface Labelled {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Where a label stands; its anchor is the end that is next to its point. */
export interface PlacedLabel extends Labelled {
  readonly anchor: 'start' | 'end' | 'middle';
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const CHARACTER = 6.4;
const HEIGHT = 13;
const MARKER = 8;

/** Puts labels beside their points, where nothing is in the way; leaves out what finds no place. Stairs go up and right, so below right comes first. */
export function placeLabels(points: readonly Labelled[], area: Box): readonly PlacedLabel[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - MARKER,
    right: x + MARKER,
    top: y - MARKER,
    bottom: y + MARKER,
  }));
  return points.flatMap((point) => {
    const place = placesOf(point).find((candidate) => {
      const box = boxOf(candidate);
      return isInside(box, area) && !taken.some((other) => overlaps(box, other));
    });
    if (place === undefined) return [];
    taken.push(boxOf(place));
    return [place];
  });
}

function placesOf({ text, x, y }: Labelled): readonly PlacedLabel[] {
  return [
    { text, x: x + 9, y: y + 16, anchor: 'start' },
    { text, x: x + 11, y: y + 4, anchor: 'start' },
    { text, x: x - 11, y: y + 4, anchor: 'end' },
    { text, x, y: y - 11, anchor: 'middle' },
    { text, x, y: y + 20, anchor: 'middle' },
    { text, x: x + 9, y: y - 9, anchor: 'start' },
    { text, x: x - 9, y: y - 9, anchor: 'end' },
    { text, x: x - 9, y: y + 18, anchor: 'end' },
  ];
}

function boxOf({ text, x, y, anchor }: PlacedLabel): Box {
  const width = text.length * CHARACTER;
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left, right: left + width, top: y - HEIGHT + 3, bottom: y + 3 };
}

function isInside(box: Box, area: Box): boolean {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
