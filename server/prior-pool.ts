import type { Scope, Storage } from '../domain/index.ts';
import {
  type ClippedStatistics,
  type EffectSpread,
  exportStatistics,
  type GlobalLevel,
  type PriorKind,
  poolTenants,
  type TenantLevel,
} from '../models/index.ts';
import { readTenantLevel } from './read-tenant-level.ts';
import { repeat } from './timers.ts';

/** How often the pool is fitted anew: who opts out is gone from it by then. */
const FIT_MS = 3_600_000;

/** Effects beyond these are clipped before they leave a tenant, the same for all: log ratios, and a relative difference. */
const LIMITS: Readonly<Record<PriorKind, number>> = { errors: 1, slowness: 1, business: 0.1 };

/** Whether tenants learn from each other, and who does not take part. */
export interface PoolSettings {
  readonly isOn: boolean;
  readonly without: readonly string[];
}

/** What the rollouts of many tenants together say. */
export interface PriorPool {
  /** As of the last fit; undefined before it, while the pool is off, and while too few take part. */
  level(): GlobalLevel | undefined;
  stop(): Promise<void>;
}

/** What one tenant lets out: sums over its rollouts, by kind of metric, and nothing else. */
export type TenantExport = Readonly<Partial<Record<PriorKind, ClippedStatistics>>>;

/** Fits the pool now and every hour. */
export function startPriorPool(
  storage: Pick<Storage, 'flags' | 'rollouts' | 'decisions'>,
  settings: PoolSettings,
  onError: (error: unknown) => void,
): PriorPool {
  let level: GlobalLevel | undefined;
  const refit = async () => {
    try {
      level = poolOf(await readExports(storage, settings.without));
    } catch (error) {
      onError(error);
    }
  };
  if (!settings.isOn) return { level: () => undefined, stop: async () => {} };
  let turn = refit();
  const stop = repeat(FIT_MS, () => {
    turn = refit();
    return turn;
  });
  return {
    level: () => level,
    stop: async () => {
      stop();
      await turn;
    },
  };
}

/** The exports of all tenants that take part, without their names; each of the rollouts of all its environments. */
export async function readExports(
  storage: Pick<Storage, 'flags' | 'rollouts' | 'decisions'>,
  without: readonly string[],
): Promise<readonly TenantExport[]> {
  const byTenant = new Map<string, Scope[]>();
  for (const { tenant, environment } of await storage.flags.listVersions())
    if (!without.includes(tenant)) byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), { tenant, environment }]);
  const exports: TenantExport[] = [];
  for (const scopes of byTenant.values()) exports.push(await exportOf(storage, scopes));
  return exports;
}

async function exportOf(
  storage: Pick<Storage, 'rollouts' | 'decisions'>,
  scopes: readonly Scope[],
): Promise<TenantExport> {
  const levels: TenantLevel[] = [];
  for (const scope of scopes) levels.push(await readTenantLevel(storage, scope));
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const estimates = levels.flatMap(({ effects }) => effects[kind] ?? []);
      const statistics = exportStatistics(estimates, LIMITS[kind]);
      return statistics === undefined ? [] : [[kind, statistics]];
    }),
  );
}

const KINDS = Object.keys(LIMITS) as readonly PriorKind[];

/** What the exports say together; undefined where too few tenants or rollouts say anything of any kind. */
export function poolOf(exports: readonly TenantExport[]): GlobalLevel | undefined {
  const effects: Partial<Record<PriorKind, EffectSpread>> = {};
  for (const kind of KINDS) {
    const members = exports.flatMap(({ [kind]: statistics }) =>
      statistics === undefined ? [] : [{ statistics, hasOptedOut: false }],
    );
    const spread = poolTenants(members);
    if (spread !== undefined) effects[kind] = spread;
  }
  return Object.keys(effects).length === 0 ? undefined : { effects, baseRates: {} };
}
