import { expect, it } from 'vitest';
import { onceAMinute } from '../../jobs/once-a-minute.ts';

it('passes on what fails for the first time in a minute, and nothing again', () => {
  const told: unknown[] = [];
  let nowMs = 0;
  const onError = onceAMinute(
    (error) => told.push(error),
    () => nowMs,
  );
  const [refused, again, other] = ['refused', 'refused', 'reset'].map((message) => new Error(message));
  onError(refused);
  nowMs = 59_999;
  onError(again);
  onError(other);
  onError('reset');
  expect(told).toEqual([refused, other]);
  nowMs = 60_000;
  onError(again);
  onError(other);
  expect(told).toEqual([refused, other, again]);
});
