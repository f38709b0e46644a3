import { Compile } from 'typebox/compile';
import type { AppetiteFactors, RolloutDefinition } from '../../../domain/index.ts';
import { AppetiteFactorsSchema } from '../../../domain/schema/index.ts';
import { APPETITES, COST_PARTS } from '../../../models/index.ts';
import { usageError } from '../cli-error.ts';

const factors = Compile(AppetiteFactorsSchema);
const EXAMPLE = COST_PARTS.map((part) => `${part}=${APPETITES.balanced[part]}`).join(',');

/** An appetite as it is typed: a name, or a weight for each part of the cost, "harm=200,hours=4,…"; CliError for anything else. */
export function readAppetite(text: string): NonNullable<RolloutDefinition['appetite']> {
  if (text === 'careful' || text === 'balanced' || text === 'fast') return text;
  if (!text.includes('=')) {
    throw wrong(`"${text}" is neither careful, balanced nor fast; weights of your own look like ${EXAMPLE}`);
  }
  const weights: Record<string, number> = {};
  for (const entry of text.split(',')) {
    const [part = '', weight = '', ...rest] = entry.split('=').map((side) => side.trim());
    if (!COST_PARTS.some((known) => known === part))
      throw wrong(`"${part}" is no part of the cost; there are ${COST_PARTS.join(', ')}`);
    if (Object.hasOwn(weights, part)) throw wrong(`"${part}" is named twice`);
    if (weight === '' || rest.length > 0 || !Number.isFinite(Number(weight)))
      throw wrong(`"${entry.trim()}" has no number after the "="`);
    weights[part] = Number(weight);
  }
  const missing = COST_PARTS.filter((part) => !Object.hasOwn(weights, part));
  if (missing.length > 0) throw wrong(`nothing is said of ${missing.join(', ')}; name every part, such as ${EXAMPLE}`);
  const [fault] = factors.Errors(weights);
  if (fault !== undefined) throw wrong(`${fault.instancePath.slice(1)} ${fault.message}`);
  return weights as unknown as AppetiteFactors;
}

function wrong(what: string) {
  return usageError(`--appetite: ${what}.`);
}
