import { dueThroughMs } from '../store/close-windows.ts';
import { isInProgress } from '../store/rollouts.ts';
import { requireEnvironment } from '../store/tables.ts';
import { SCOPE, type World } from '../world.ts';
import type { Violate } from './violation.ts';

/** A pass waits so many windows for slower sources. */
const LATENESS_WINDOWS = 2;

/** After a minute without faults, the last of it without traffic, everything has caught up. */
export function checkConvergence({ tables, applications, hubs, time }: World, violate: Violate): void {
  const { version, rollouts } = requireEnvironment(tables, SCOPE);
  for (const { machine, hub } of hubs) {
    const published = versionIn(hub.current());
    if (published !== version) violate('convergence', `${machine.name} publishes ${published} of ${version}`);
  }
  for (const [machine, application] of applications) {
    if (application.version !== version)
      violate('convergence', `${machine.name} holds ${application.version} of ${version}`);
    if (application.pendingCount > 0)
      violate('convergence', `${machine.name} still has ${application.pendingCount} reports`);
  }
  for (const [name, rollout] of rollouts) {
    const { state, evidence, closedThroughMs, plan } = rollout;
    if (!isInProgress(state.phase)) continue;
    if (evidence.throughMs !== closedThroughMs) {
      violate('convergence', `${name} is decided through ${evidence.throughMs}, closed through ${closedThroughMs}`);
    }
    const waiting = { allowedLatenessMs: LATENESS_WINDOWS * plan.windowMs, attributionMs: plan.attributionMs };
    const dueMs = dueThroughMs(rollout, { ...waiting, nowMs: time.nowMs() }, []);
    if (dueMs > closedThroughMs)
      violate('convergence', `${name} is closed through ${closedThroughMs}, due is ${dueMs}`);
  }
}

function versionIn(snapshot: string | undefined): number {
  return snapshot === undefined ? 0 : (JSON.parse(snapshot) as { readonly version: number }).version;
}
