import { Compile } from 'typebox/compile';
import { Problem, type Violation } from '../../domain/index.ts';
import {
  type Quantity,
  type Scenario,
  type ScenarioEffect,
  type ScenarioFault,
  ScenarioSchema,
} from './scenario-schema.ts';

const validator = Compile(ScenarioSchema);

/** Most mistakes that are told at once. */
const MAX_TOLD = 20;

/** The value as a scenario; Problem `invalidRequest` with what to write instead of each mistake. */
export function readScenario(value: unknown): Scenario {
  const violations = validator.Check(value)
    ? [...rangeMistakes(value, ''), ...meaningMistakes(value)]
    : formMistakes(value);
  if (violations.length > 0) {
    throw new Problem('invalidRequest', `the scenario has ${violations.length} mistake(s)`, violations);
  }
  return value as Scenario;
}

function formMistakes(value: unknown): readonly Violation[] {
  return validator
    .Errors(value)
    .slice(0, MAX_TOLD)
    .map(({ instancePath, message, params }) => ({
      path: instancePath || '/',
      message: `${message}${namesIn(params)}`,
    }));
}

function namesIn(params: object): string {
  const { additionalProperties, requiredProperties, allowedValues } = params as Readonly<Record<string, unknown>>;
  const names = additionalProperties ?? requiredProperties ?? allowedValues;
  return Array.isArray(names) ? `: ${names.join(', ')}` : '';
}

/** Ranges that end before they begin, or that have no logarithm. */
function rangeMistakes(value: unknown, path: string): readonly Violation[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const here = `${path}/${name}`;
    const isRange = name === 'uniform' || name === 'logUniform' || name === 'segmentShare';
    if (!isRange) return rangeMistakes(part, here);
    const [least, most] = part as readonly [number, number];
    if (least > most) return [{ path: here, message: `write the smaller number first: [${most}, ${least}]` }];
    return name === 'logUniform' && least <= 0
      ? [{ path: here, message: 'a logUniform range must begin above 0; write {"uniform": […]} for a range from 0' }]
      : [];
  });
}

function meaningMistakes({ kind, effects = [], faults = [] }: Scenario): readonly Violation[] {
  const mistakes = [
    ...effects.flatMap((effect, index) => effectMistakes(effect, `/effects/${index}`)),
    ...faults.flatMap((fault, index) => [fault].flat().flatMap((one) => faultMistakes(one, `/faults/${index}`))),
  ];
  if (kind === 'dataFault' && faults.length === 0) {
    mistakes.push({
      path: '/faults',
      message: 'a scenario of kind "dataFault" needs a fault, such as {"kind": "outage"}',
    });
  }
  const isHarm = effects.some(({ metric, arm = 'treatment' }) => arm === 'treatment' && metric !== 'traffic');
  if (kind === 'harmful' && !isHarm) {
    mistakes.push({ path: '/effects', message: 'a scenario of kind "harmful" needs an effect on the treatment' });
  }
  return mistakes;
}

function effectMistakes(effect: ScenarioEffect, path: string): readonly Violation[] {
  const { metric, factor, add, segmentShare, arm = 'treatment', aboveCoverage } = effect;
  const mistakes: Violation[] = [];
  const tell = (message: string) => mistakes.push({ path, message });
  if ((factor === undefined) === (add === undefined))
    tell('write either "factor" (1 is no effect) or "add" (0 is no effect)');
  if (add !== undefined && metric !== 'errors' && metric !== 'slow') {
    tell(`"add" is for the shares "errors" and "slow"; write "factor" for "${metric}"`);
  }
  if (factor !== undefined && endsOf(factor).some((end) => end < 0)) tell('a factor must not be negative');
  if (segmentShare !== undefined && metric !== 'errors' && metric !== 'traffic') {
    tell(`only "errors" and "traffic" are told apart by segment, not "${metric}"`);
  }
  if (metric === 'traffic' && arm !== 'both') tell('traffic comes before anybody is assigned: write "arm": "both"');
  if (aboveCoverage !== undefined && endsOf(aboveCoverage).some((end) => end < 0 || end >= 1)) {
    tell('"aboveCoverage" is a share of all traffic, from 0 to below 1');
  }
  return mistakes;
}

/** What each kind of fault has to say. */
const NEEDED: Readonly<Record<ScenarioFault['kind'], 'share' | 'minutes' | null>> = {
  lostExposures: 'share',
  lostErrors: 'share',
  outage: null,
  skew: 'minutes',
  duplicates: 'share',
};

function faultMistakes(fault: ScenarioFault, path: string): readonly Violation[] {
  const needed = NEEDED[fault.kind];
  if (needed !== null && fault[needed] === undefined) {
    return [{ path, message: `a fault of kind "${fault.kind}" needs "${needed}"` }];
  }
  const isShare = fault.share === undefined || endsOf(fault.share).every((end) => end >= 0 && end <= 1);
  return isShare ? [] : [{ path, message: '"share" is a share of all, from 0 to 1' }];
}

function endsOf(quantity: Quantity): readonly number[] {
  if (typeof quantity === 'number') return [quantity];
  return 'uniform' in quantity ? quantity.uniform : quantity.logUniform;
}
