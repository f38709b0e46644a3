import { always, type Call, type Operator, type RuleTree, type Scope } from '../rule/operator.ts';
import { compareVersions, parseVersion, type Version } from './version.ts';

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
  const leftVersion = versionAt(left, scope);
  if (operator.kind === 'constant' && right.kind === 'constant') {
    const test = testAgainst(operator.value, versionOf(right.value));
    return (data, call) => test(leftVersion(data, call));
  }
  const operatorRule = scope.compile(operator);
  const rightVersion = versionAt(right, scope);
  return (data, call) => testAgainst(operatorRule(data, call), rightVersion(data, call))(leftVersion(data, call));
};

type VersionRule = (data: unknown, call: Call) => Version | null;

function versionAt(operand: RuleTree, scope: Scope): VersionRule {
  const rule = scope.compile(operand);
  return (data, call) => versionOf(rule(data, call));
}

function testAgainst(operator: unknown, right: Version | null): (left: Version | null) => boolean | null {
  const test = TESTS.get(operator);
  if (test === undefined || right === null) return () => null;
  return (left) => (left === null ? null : test(left, right));
}

function versionOf(value: unknown): Version | null {
  if (typeof value === 'string') return parseVersion(value);
  return typeof value === 'number' ? parseVersion(String(value)) : null;
}
