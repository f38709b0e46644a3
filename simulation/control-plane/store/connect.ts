import type { Storage } from '../../../domain/index.ts';
import type { AllStatements } from './statements.ts';

/** Carries one statement to the database and its answer back; `name` tells which, such as "rollouts.claimDue". */
export type Carry = <Result>(name: string, statement: () => Result) => Promise<Result>;

/** A storage whose every call is one statement, carried there and back. */
export function connect(statements: AllStatements, carry: Carry): Storage {
  return {
    flags: carried('flags', statements.flags, carry),
    rollouts: carried('rollouts', statements.rollouts, carry),
    windows: carried('windows', statements.windows, carry),
    decisions: carried('decisions', statements.decisions, carry),
    keys: carried('keys', statements.keys, carry),
    ping: () => carry('ping', () => {}),
    close: async () => {},
  };
}

function carried<Port>(port: string, statements: object, carry: Carry): Port {
  const calls = Object.entries(statements).map(([call, statement]: [string, (...args: unknown[]) => unknown]) => {
    const name = `${port}.${call}`;
    return [call, (...args: unknown[]) => carry(name, () => statement(...args))];
  });
  return Object.fromEntries(calls) as Port;
}
