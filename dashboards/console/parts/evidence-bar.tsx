import { powerOfTen } from '../format/numbers.ts';

/** Evidence against its line: how far along it is, and both as numbers. */
export function EvidenceBar({ label, log10, lineLog10 }: { label: string; log10: number; lineLog10: number }) {
  const share = Math.min(1, Math.max(0, log10 / lineLog10));
  const colour = share >= 1 ? 'bg-error' : share >= 0.5 ? 'bg-warning' : 'bg-success';
  return (
    <div class="grid gap-1">
      <div class="flex flex-wrap justify-between gap-x-3">
        <span class="quiet">{label}</span>
        <span class="number whitespace-nowrap">
          {powerOfTen(log10)} <span class="quiet">of {powerOfTen(lineLog10)}</span>
        </span>
      </div>
      <div class="h-1.5 overflow-hidden rounded-full bg-base-300" aria-hidden="true">
        <div class={`h-full ${colour} transition-[width] duration-500`} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
