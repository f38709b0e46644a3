import { upperRegularisedGamma } from '../../../models/index.ts';
import type { ComparedArms } from '../arms/matched-arms.ts';

/** p-value of Pearson's chi-square test that the split is the intended one; 1 without exposures. */
export function sampleRatioP({ treatment, control, intendedTreatment }: ComparedArms): number {
  const total = treatment.exposures + control.exposures;
  const intendedControl = total - intendedTreatment;
  if (intendedTreatment <= 0 || intendedControl <= 0) return 1;
  const squared = (treatment.exposures - intendedTreatment) ** 2;
  return upperRegularisedGamma(0.5, (squared / intendedTreatment + squared / intendedControl) / 2);
}
