import { always, compileAll, type Rule, type RuleSetting, type RuleTree, type Scope, type Watch } from './operator.ts';

/** A rule ready to be evaluated. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Whether its value may change with nothing but time. */
  readonly readsClock: boolean;
}

/** Turns a checked rule into closures; `watch` is told of every operation. */
export function compileRule(tree: RuleTree, setting: RuleSetting, watch?: Watch): CompiledRule {
  let readsClock = false;
  const noteClock = () => {
    readsClock = true;
  };
  const rule = createScope({ ...setting, seesContext: true, watch, noteClock }).compile(tree);
  return { rule, readsClock };
}

function createScope(place: Omit<Scope, 'compile' | 'body'>): Scope {
  const scope: Scope = {
    ...place,
    compile: (tree) => compileTree(tree, scope),
    body: () => createScope({ ...place, seesContext: false }),
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
    case 'call': {
      const rule = tree.operator(tree.operands, scope);
      return scope.watch === undefined ? rule : scope.watch.step(tree, rule);
    }
  }
}
