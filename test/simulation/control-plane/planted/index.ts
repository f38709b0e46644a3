import { DECISION_PLANTS } from './decisions.ts';
import type { Plant } from './plant.ts';
import { PUBLISHING_PLANTS } from './publishing.ts';
import { WINDOW_PLANTS } from './windows.ts';

export type { Plant } from './plant.ts';

/** All bugs made on purpose. */
export const PLANTS: readonly Plant[] = [...DECISION_PLANTS, ...WINDOW_PLANTS, ...PUBLISHING_PLANTS];
