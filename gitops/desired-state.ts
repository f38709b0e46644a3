import type { EnvironmentSettings, FlagDefinition, JsonValue } from '../domain/index.ts';
import type { MetricInput, RolloutInput } from '../domain/schema/index.ts';
import type { DocumentOf } from './document-schema.ts';
import { type Mistake, type Place, placeText, type ReadDocument } from './read-documents.ts';

/** Something that files ask for, and where they do. */
export interface Wanted<Value> {
  readonly value: Value;
  readonly place: Place;
}

/** A rollout as files ask for it. */
export interface WantedRollout extends Wanted<RolloutInput> {
  readonly start: boolean;
}

/** What an environment should be like as far as files say; what they do not name stays as it is. */
export interface DesiredState {
  readonly settings: Wanted<Partial<EnvironmentSettings>> | null;
  readonly rules: ReadonlyMap<string, Wanted<JsonValue>>;
  readonly flags: ReadonlyMap<string, Wanted<FlagDefinition>>;
  readonly rollouts: ReadonlyMap<string, WantedRollout>;
}

/** Puts documents together: nothing twice, policies and metrics by name put in where they are referred to. */
export function desiredState(documents: readonly ReadDocument[]): {
  readonly desired: DesiredState;
  readonly mistakes: readonly Mistake[];
} {
  const mistakes: Mistake[] = [];
  const collect = <Value>(what: string) => {
    const all = new Map<string, Wanted<Value>>();
    const add = (name: string, value: Value, place: Place, path = '') => {
      const first = all.get(name);
      if (first === undefined) all.set(name, { value, place });
      else
        mistakes.push({ at: placeText(place, path), message: `${what} "${name}" is in ${first.place.file} already` });
    };
    return { all, add };
  };
  const settings = collect<Partial<EnvironmentSettings>>('the');
  const rules = collect<JsonValue>('rule');
  const flags = collect<FlagDefinition>('flag');
  const metrics = collect<MetricInput>('metric');
  const policies = collect<DocumentOf<'policy'>>('policy');
  const rollouts = collect<DocumentOf<'rollout'>>('rollout');
  for (const document of documents) {
    const { place } = document;
    switch (document.type) {
      case 'settings': {
        const { type: _type, ...value } = document.value;
        settings.add('settings', value as Partial<EnvironmentSettings>, place);
        break;
      }
      case 'rules':
        for (const [name, rule] of Object.entries(document.value.rules)) rules.add(name, rule as JsonValue, place);
        break;
      case 'flag': {
        const { type: _type, flag, ...definition } = document.value;
        flags.add(flag, definition as FlagDefinition, place);
        break;
      }
      case 'flagd':
        for (const [name, rule] of Object.entries(document.value.$evaluators ?? {}))
          rules.add(name, rule as JsonValue, place, `/$evaluators/${name}`);
        for (const [flag, definition] of Object.entries(document.value.flags))
          flags.add(flag, definition as FlagDefinition, place, `/flags/${flag}`);
        break;
      case 'metric': {
        const { type: _type, ...metric } = document.value;
        metrics.add(metric.metric, metric, place);
        break;
      }
      case 'policy':
        policies.add(document.value.policy, document.value, place);
        break;
      case 'rollout':
        rollouts.add(document.value.rollout, document.value, place);
    }
  }
  const resolved = new Map<string, WantedRollout>();
  for (const [name, { value, place }] of rollouts.all) {
    const found = resolveRollout(value, place, { policies: policies.all, metrics: metrics.all });
    mistakes.push(...found.mistakes);
    resolved.set(name, { value: found.rollout, place, start: value.start ?? false });
  }
  const desired = {
    settings: settings.all.get('settings') ?? null,
    rules: rules.all,
    flags: flags.all,
    rollouts: resolved,
  };
  return { desired, mistakes };
}

interface Library {
  readonly policies: ReadonlyMap<string, Wanted<DocumentOf<'policy'>>>;
  readonly metrics: ReadonlyMap<string, Wanted<MetricInput>>;
}

/** What a rollout says itself wins over its policy. */
function resolveRollout(
  document: DocumentOf<'rollout'>,
  place: Place,
  { policies, metrics }: Library,
): { readonly rollout: RolloutInput; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const { type: _type, policy: policyName, start: _start, ...own } = document;
  const policy = policyName === undefined ? undefined : policies.get(policyName);
  if (policyName !== undefined && policy === undefined)
    mistakes.push({ at: placeText(place, '/policy'), message: `there is no policy "${policyName}" in these files` });
  const { type: _policyType, policy: _policyName, ...common } = policy?.value ?? { type: 'policy', policy: '' };
  const { metrics: listed, ...others } = { ...common, ...own };
  const where = own.metrics === undefined ? (policy?.place ?? place) : place;
  const found = listed?.flatMap((metric, index) => {
    if (typeof metric !== 'string') return [metric];
    const declared = metrics.get(metric);
    if (declared !== undefined) return [declared.value];
    mistakes.push({
      at: placeText(where, `/metrics/${index}`),
      message: `there is no metric "${metric}" in these files`,
    });
    return [];
  });
  return { rollout: { ...others, ...(found === undefined ? {} : { metrics: found }) }, mistakes };
}
