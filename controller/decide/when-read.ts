/** How to make the fields that are costly, by name. */
type Makers<T> = { readonly [Key in keyof T]: () => T[Key] };

/**
 * An object whose fields are made when they are first read, and then stay: gates look at few of the figures that people
 * are shown, and most passes nobody looks at. Whoever copies, compares or stores it reads them all.
 */
export function whenRead<T extends object>(makers: Makers<T>): T {
  const object = {};
  for (const name of Object.keys(makers) as (keyof T & string)[]) {
    Object.defineProperty(object, name, { enumerable: true, get: once(makers[name]) });
  }
  return object as T;
}

/** The same function, called at most once. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
