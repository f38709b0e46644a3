import { localTime, span, utcTime } from '../format/times.ts';
import { nowMs } from '../state/clock.ts';

/** A moment in local time with UTC on hover; with `isAge`, how long ago it was. */
export function Moment({ atMs, isAge = false }: { readonly atMs: number; readonly isAge?: boolean }) {
  const text = isAge ? span(nowMs.value - atMs) : localTime(atMs, nowMs.value);
  return (
    <time class="number whitespace-nowrap" dateTime={new Date(atMs).toISOString()} title={utcTime(atMs)}>
      {text}
    </time>
  );
}
