/** The scenario of low traffic, which has the lowest band almost for itself: it needs more seeds than the others. */
export const LOW_TRAFFIC = 'B7';
