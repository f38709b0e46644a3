/** How to make the fields that are costly, by name. */
type Makers<T> = { readonly [Key in keyof T]: () => T[Key] };

/**
 * An object whose fields are made when they are first read, and then stay: gates look at few of the figures that people
 * are shown, and most passes nobody looks at. Whoever copies, compares or stores it reads them all.
 */
export function whenRead<T extends object>(makers: Makers<T>): T {
  const object = {};
  Object.defineProperty(object, STATE, { value: { makers, made: new Map() } satisfies State });
  for (const name of Object.keys(makers)) Object.defineProperty(object, name, fieldCalled(name));
  return object as T;
}

/** Not enumerable, so that it is part of no copy and of no record. */
const STATE = Symbol('made when read');

interface State {
  readonly makers: Readonly<Record<string, () => unknown>>;
  readonly made: Map<string, unknown>;
}

/** Fields of one name share their getter: with getters of their own no two objects would be of one kind to the engine. */
function fieldCalled(name: string): PropertyDescriptor {
  const known = fields.get(name);
  if (known !== undefined) return known;
  const field: PropertyDescriptor = {
    enumerable: true,
    get(this: { readonly [STATE]: State }) {
      const { makers, made } = this[STATE];
      if (!made.has(name)) made.set(name, makers[name]!());
      return made.get(name);
    },
  };
  fields.set(name, field);
  return field;
}

const fields = new Map<string, PropertyDescriptor>();
