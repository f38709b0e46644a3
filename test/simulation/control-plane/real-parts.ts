import { SnapshotKeeper } from '../../../provider/snapshot/snapshot-keeper.ts';
import { SnapshotPublisher } from '../../../server/snapshot-publisher.ts';
import type { Parts } from '../../../simulation/control-plane/parts.ts';

/** A clock that nobody looks at: the keeper only notes when it was confirmed. */
const STILL_CLOCK = { nowMs: () => 0, monotonicMs: () => 0, after: () => () => {} };

/** The publisher of the server and the keeper of the provider. */
export const REAL_PARTS: Parts = {
  openHub: (flags, scope) => {
    const publisher = new SnapshotPublisher(flags);
    return { reconcile: () => publisher.reconcile(), current: () => publisher.current(scope)?.json };
  },
  openReader: () => {
    const keeper = new SnapshotKeeper(
      STILL_CLOCK,
      () => {},
      () => {},
    );
    return { offer: (snapshot) => void keeper.offer(snapshot), held: () => keeper.snapshot };
  },
};
