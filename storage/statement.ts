/** A statement and its parameters, as `pg` takes them. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Makes a statement of a template; every interpolation becomes a parameter, never text. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  return { text: strings.reduce((text, part, index) => `${text}$${index}${part}`), values };
}
