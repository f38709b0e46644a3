import { always, compileAll, type Rule, type RuleTree, type Scope } from './operator.ts';

/** Turns a checked rule into closures, for the flag of this key. */
export function compileRule(tree: RuleTree, flagKey: string): Rule {
  return createScope(flagKey, true).compile(tree);
}

function createScope(flagKey: string, seesContext: boolean): Scope {
  const scope: Scope = {
    flagKey,
    seesContext,
    compile: (tree) => compileTree(tree, scope),
    body: () => createScope(flagKey, false),
  };
  return scope;
}

function compileTree(tree: RuleTree, scope: Scope): Rule {
  switch (tree.kind) {
    case 'constant':
      return always(tree.value);
    case 'list': {
      const items = compileAll(tree.items, scope);
      return (data, call) => items.map((item) => item(data, call) ?? null);
    }
    case 'call':
      return tree.operator(tree.operands, scope);
  }
}
