import { Problem } from '../../domain/index.ts';

/** Numbers that JSON holds as text. */
const NUMBER = /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/;

/** A message of the protocol as JSON holds it; nothing is known of its fields. */
export type Message = Readonly<Record<string, unknown>>;

/** Whether a field holds anything; null is how JSON may say that it does not. */
export function isSet(message: Message, field: string): boolean {
  return message[field] !== undefined && message[field] !== null;
}

/** The message in a field, empty when it is not set; Problem `malformedBody` when the field holds something else. */
export function messageIn(message: Message, field: string): Message {
  const value = message[field] ?? {};
  return isMessage(value) ? value : refuse(field, 'an object');
}

/** The messages in a repeated field. */
export function messagesIn(message: Message, field: string): readonly Message[] {
  const values = message[field] ?? [];
  return Array.isArray(values) && values.every(isMessage) ? values : refuse(field, 'a list of objects');
}

/** The text in a field, "" when it is not set. */
export function textIn(message: Message, field: string): string {
  const value = message[field] ?? '';
  return typeof value === 'string' ? value : refuse(field, 'a string');
}

/** Whether a field is set and true. */
export function isTrue(message: Message, field: string): boolean {
  const value = message[field] ?? false;
  return typeof value === 'boolean' ? value : refuse(field, 'true or false');
}

/** The number in a field, 0 when it is not set; JSON has 64-bit integers, NaN and infinities as text. */
export function numberIn(message: Message, field: string): number {
  return numberOf(message[field] ?? 0, field);
}

/** The numbers in a repeated field. */
export function numbersIn(message: Message, field: string): readonly number[] {
  const values = message[field] ?? [];
  return Array.isArray(values) ? values.map((value) => numberOf(value, field)) : refuse(field, 'a list of numbers');
}

/** The moment in a field in ms since 1970, exact to the microsecond; null when it is not set or 0. */
export function momentIn(message: Message, field: string): number | null {
  const value = message[field] ?? 0;
  const nanoseconds = String(value);
  if (!/^\d{1,20}$/.test(nanoseconds)) return refuse(field, 'nanoseconds since 1970');
  const microseconds = Number(nanoseconds.slice(0, -3));
  return microseconds === 0 ? null : microseconds / 1000;
}

function numberOf(value: unknown, field: string): number {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && NUMBER.test(value));
  return isNumber ? Number(value) : refuse(field, 'a number');
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(field: string, expected: string): never {
  throw new Problem('malformedBody', `"${field}" has to be ${expected}`);
}
