/** A share of a whole as a bar with a mark across it, both also as text. */
export function MeasureBar({
  label,
  text,
  share,
  markShare,
  isOver,
}: {
  readonly label: string;
  readonly text: string;
  /** Of the width of the bar, in [0, 1]; what is larger fills it. */
  readonly share: number;
  readonly markShare: number;
  /** Whether it is to be seen that the mark was passed. */
  readonly isOver: boolean;
}) {
  return (
    <div class="grid gap-1">
      <div class="flex flex-wrap justify-between gap-x-3">
        <span class="quiet">{label}</span>
        <span class="number whitespace-nowrap">{text}</span>
      </div>
      <div class="relative h-1.5 rounded-full bg-base-300" aria-hidden="true">
        <div class={`h-full rounded-full ${isOver ? 'bg-error' : 'bg-primary'}`} style={{ width: widthOf(share) }} />
        <div class="absolute -top-1 h-3.5 w-0.5 bg-base-content" style={{ left: widthOf(markShare) }} />
      </div>
    </div>
  );
}

function widthOf(share: number): string {
  return `${Math.min(1, Math.max(0, share)) * 100}%`;
}
