import type { EvaluationContext, FlagSet } from '../domain/index.ts';

/** What is evaluated, and how many times as fast as flagd-core we want to be. */
export const CASES = [
  { flagKey: 'static', title: 'static flag', target: 2 },
  { flagKey: 'byKey', title: '50/50 by key', target: 3 },
  { flagKey: 'targeted', title: 'country, plan, version, then 50/50', target: 5 },
] as const;

/** Countries, plan and least version that the case with conditions asks for. */
export const COUNTRIES = ['de', 'fr', 'pl', 'se', 'es'];
export const PLAN = 'pro';
export const LEAST_VERSION = '2.1.0';

const halves = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};
const conditions = [
  { in: [{ var: 'country' }, COUNTRIES] },
  { '==': [{ var: 'plan' }, PLAN] },
  { sem_ver: [{ var: 'version' }, '>=', LEAST_VERSION] },
];
const variants = { on: true, off: false };

/** The flags of all cases, in flagd's format. */
export const CASE_FLAGS: FlagSet = {
  flags: {
    static: { state: 'ENABLED', variants, defaultVariant: 'on' },
    byKey: { state: 'ENABLED', variants, defaultVariant: 'off', targeting: halves },
    targeted: {
      state: 'ENABLED',
      variants,
      defaultVariant: 'off',
      targeting: { if: [{ and: conditions }, halves, 'off'] },
    },
  },
};

/** A user as every rival is told of them. */
export interface User extends EvaluationContext {
  readonly targetingKey: string;
  readonly country: string;
  readonly plan: string;
  readonly version: string;
}

/** Prepared users; three in four live in one of the countries, two in three have the plan. */
export const USERS: readonly User[] = Array.from({ length: 1024 }, (_, index) => ({
  targetingKey: `user-${index}`,
  country: ['de', 'fr', 'pl', 'us'][index % 4]!,
  plan: index % 3 === 0 ? 'free' : PLAN,
  version: `${1 + (index % 3)}.${index % 5}.0`,
}));

/** Whether the user fulfils the three conditions. */
export function isEligible({ country, plan, version }: User): boolean {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  return COUNTRIES.includes(country) && plan === PLAN && (major > 2 || (major === 2 && minor >= 1));
}
