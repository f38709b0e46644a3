import type { Attributes } from '../../controller/index.ts';
import { canonicalJson } from '../../domain/index.ts';
import { type Message, messageIn, messagesIn, textIn } from './fields.ts';

/** The attributes of a message, by key, each value as text. */
export function attributesIn(message: Message): Attributes {
  return new Map(
    messagesIn(message, 'attributes').map((entry) => [textIn(entry, 'key'), textOf(messageIn(entry, 'value'))]),
  );
}

/** Lists, objects and bytes as the text of their message. */
function textOf({ stringValue, boolValue, intValue, doubleValue, ...other }: Message): string {
  const plain = stringValue ?? boolValue ?? intValue ?? doubleValue;
  if (typeof plain === 'object') return canonicalJson(plain);
  return plain === undefined ? canonicalJson(other) : String(plain);
}
