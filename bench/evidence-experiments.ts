import { type Experiment, FORGED, POWER, sharedData, TYPE_ONE } from '../simulation/index.ts';
import { readRealData } from './evidence-data.ts';

/** Experiments by the name that a person gives; some need the folder of real data. */
export const EXPERIMENTS: Readonly<Record<string, (dataFolder: string | undefined) => Experiment>> = {
  'type-one': () => TYPE_ONE,
  power: () => POWER,
  forged: () => FORGED,
  'shared-data': (dataFolder) => sharedData(readRealData(dataFolder)),
};
