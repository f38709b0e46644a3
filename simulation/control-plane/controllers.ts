import { type ControlLoopListener, startControlLoop } from '../../controller/index.ts';
import { Problem, type Storage } from '../../domain/index.ts';
import type { Violate } from './invariants/violation.ts';
import type { Machine } from './machine.ts';

/** Starts the real control loop on a machine; it ends with the machine. */
export function startController(machine: Machine, storage: Storage, violate: Violate): void {
  const sleeper = {
    sleep: (ms: number) => new Promise<void>((resolve) => machine.goOnAfter(ms, resolve)),
    wake: () => {},
  };
  const listener: ControlLoopListener = {
    onPass: () => {},
    onError: (error) => {
      if (error instanceof Problem && error.code === 'unavailable') return;
      violate('no other failure', `${machine.name}: ${String(error)}`);
    },
  };
  startControlLoop(storage, sleeper, listener);
}
