import { contrastOf, type HarmSign, zOf } from './contrast.ts';
import { type ContrastState, RECENT_DECAYS } from './contrast-state.ts';
import { clip, defineGroup, type FeatureDefinition } from './feature-set.ts';

/** The seven features of one metric. */
export function contrastDefinitions(group: string, mask?: string): readonly FeatureDefinition[] {
  const named = (name: string) => `${group}.${name}`;
  return defineGroup(
    group,
    [
      [named('z'), 'standard errors towards harm', -8, 15],
      [named('effect'), 'signed ln(1 + |relative effect towards harm|)', LEAST_EFFECT, LARGEST_EFFECT],
      [named('dispersion'), 'ln(variance as a multiple of independent events)', 0, 50],
      [named('events'), 'ln(1 + events of the treatment)', 0, 50],
      ...RECENT_DECAYS.map(
        (decay) => [named(`recentZ${decay}`), `standard errors, fading by ${decay} a minute`, -8, 15] as const,
      ),
    ],
    mask,
  );
}

/** The seven features of a metric after a stratum; all 0 for one that the rollout does not have. */
export function contrastFeatures(state: ContrastState | null, sign: HarmSign): readonly number[] {
  if (state === null) return NO_CONTRAST;
  const contrast = contrastOf(state);
  const effect = clip((sign * contrast.difference) / contrast.base, -3, 10);
  const recent = state.recent.map(
    ({ deviation, variance }) => (sign * deviation) / Math.sqrt(Math.max(variance, LEAST_VARIANCE)),
  );
  return [
    zOf(contrast, sign),
    Math.sign(effect) * Math.log1p(Math.abs(effect)),
    Math.log(contrast.dispersion),
    Math.log1p(state.treatment.events),
    ...recent,
  ];
}

/** ln 4 and ln 11, rounded outwards: a schema is a text, so its numbers are fixed ones. */
const LEAST_EFFECT = -1.387;
const LARGEST_EFFECT = 2.398;

const LEAST_VARIANCE = 1e-9;
const NO_CONTRAST: readonly number[] = [0, 0, 0, 0, 0, 0, 0];
