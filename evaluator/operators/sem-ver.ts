import { spend } from '../rule/budget.ts';
import { always, type Call, type Operator, type Rule } from '../rule/operator.ts';
import { compareVersions, parseVersion, type Version } from './version.ts';

/** Reading a version may take a regular expression. */
const STEPS_PER_VERSION = 80;

type Test = (left: Version, right: Version) => boolean;

const TESTS: ReadonlyMap<unknown, Test> = new Map<unknown, Test>([
  ['=', (left, right) => compareVersions(left, right) === 0],
  ['!=', (left, right) => compareVersions(left, right) !== 0],
  ['<', (left, right) => compareVersions(left, right) < 0],
  ['<=', (left, right) => compareVersions(left, right) <= 0],
  ['>', (left, right) => compareVersions(left, right) > 0],
  ['>=', (left, right) => compareVersions(left, right) >= 0],
  ['^', (left, right) => left.major === right.major],
  ['~', (left, right) => left.major === right.major && left.minor === right.minor],
]);

/** `sem_ver [version, operator, version]`; null for other operators, other numbers of operands and what is no version. */
export const semVer: Operator = (operands, scope) => {
  const [left, operator, right] = operands;
  if (!left || !operator || !right || operands.length !== 3) return always(null);
  const leftRule = scope.compile(left);
  if (operator.kind === 'constant' && right.kind === 'constant') {
    return comparingWith(leftRule, TESTS.get(operator.value), versionOf(right.value));
  }
  const operatorRule = scope.compile(operator);
  const rightRule = scope.compile(right);
  return (data, call) => {
    const test = TESTS.get(operatorRule(data, call));
    const leftVersion = paidVersionOf(leftRule(data, call), call);
    const rightVersion = paidVersionOf(rightRule(data, call), call);
    return test === undefined || leftVersion === null || rightVersion === null ? null : test(leftVersion, rightVersion);
  };
};

function comparingWith(leftRule: Rule, test: Test | undefined, right: Version | null): Rule {
  if (test === undefined || right === null) return always(null);
  return (data, call) => {
    const left = paidVersionOf(leftRule(data, call), call);
    return left === null ? null : test(left, right);
  };
}

function paidVersionOf(value: unknown, call: Call): Version | null {
  return spend(call, STEPS_PER_VERSION) ? versionOf(value) : null;
}

function versionOf(value: unknown): Version | null {
  if (typeof value === 'string') return parseVersion(value);
  return typeof value === 'number' ? parseVersion(String(value)) : null;
}
