import type { CountedStreams, Scope, Storage, StreamCount, WindowStore } from '../../../domain/index.ts';

/** A port whose calls are done at once, each a transaction of its own. */
export type Statements<Port> = {
  readonly [Call in keyof Port]: Port[Call] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never;
};

/** The statements of windows; counting streams keeps what its count returns. */
export type WindowStatements = Statements<Omit<WindowStore, 'countStreams'>> & {
  readonly countStreams: <Counts extends CountedStreams>(
    scope: Scope,
    streams: StreamCount<Counts>,
  ) => Counts & { readonly lateRowCount: number };
};

/** Everything that a simulated database can be asked to do. */
export interface AllStatements {
  readonly flags: Statements<Storage['flags']>;
  readonly rollouts: Statements<Storage['rollouts']>;
  readonly windows: WindowStatements;
  readonly decisions: Statements<Storage['decisions']>;
  readonly keys: Statements<Storage['keys']>;
}
