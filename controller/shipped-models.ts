import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  type CheckedArtefact,
  checkNoveltyArtefact,
  checkRampPolicy,
  checkRiskArtefact,
  type RiskModelArtefact,
} from '../models/index.ts';
import { type DecisionModels, RISK_ALPHA, type ServedModel } from './decide/index.ts';

const FOLDER = new URL('../models/shipped/', import.meta.url);

/** The models that come with this build; null for one that is missing or that this build cannot serve. */
export function shippedModels(): DecisionModels {
  shipped ??= {
    risk: read('risk-model.json', checkRiskArtefact),
    novelty: read('novelty-model.json', checkNoveltyArtefact),
    ramp: read('ramp-policy.json', checkRampPolicy),
    alpha: RISK_ALPHA,
  };
  return shipped;
}

/** Risk models that the shipped one has to beat, with a calibration of their own; null for one that is missing. */
export function shippedBaseline(name: 'logistic' | 'one-seed'): ServedModel<RiskModelArtefact> | null {
  return read(`${name}-model.json`, checkRiskArtefact);
}

let shipped: DecisionModels | undefined;

function read<Artefact extends { readonly version: string }>(
  file: string,
  check: (json: unknown) => CheckedArtefact<Artefact>,
): ServedModel<Artefact> | null {
  const path = new URL(file, FOLDER);
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  const checked = check(JSON.parse(text));
  if (checked.kind === 'refused') return null;
  const { artefact } = checked;
  // They learned from simulation alone, so they do not age.
  return { id: artefact.version, hash: createHash('sha256').update(text).digest('hex'), fittedAtMs: null, artefact };
}
