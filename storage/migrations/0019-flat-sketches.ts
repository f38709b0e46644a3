/** Durations of the recent past are kept flat; evidence with sketches of the older form starts anew where it stands. */
export const FLAT_SKETCHES = `
update evidence set state = null;
`;
