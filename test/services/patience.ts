/**
 * How long tests wait for what happens by itself, in ms.
 *
 * It costs nothing while tests pass; 50 s were too short for a server to start on two cores with a load of 14.
 */
export const PATIENCE_MS = 240_000;
