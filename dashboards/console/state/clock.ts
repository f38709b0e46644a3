import { signal } from '@preact/signals';

const TICK_MS = 5_000;

/** The time as of a few seconds ago, for "3 min ago". */
export const nowMs = signal(Date.now());

setInterval(() => {
  nowMs.value = Date.now();
}, TICK_MS);
