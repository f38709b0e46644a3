/** Something that was asked for cannot be simulated; the message says what to do instead. */
export class WrongInput extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongInput';
  }
}

/** The reason of a failure that was thrown as anything. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
