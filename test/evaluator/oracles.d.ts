declare module 'json-logic-js' {
  const jsonLogic: { apply(rule: unknown, data: unknown): unknown };
  export default jsonLogic;
}

declare module 'semver' {
  const semver: {
    valid(version: string): string | null;
    compare(left: string, right: string): number;
    major(version: string): number;
    minor(version: string): number;
  };
  export default semver;
}
