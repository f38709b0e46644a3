import { type DecisionModels, type PassReport, runPass } from '../../controller/index.ts';
import type { RolloutDefinition, Scope, Storage } from '../../domain/index.ts';
import { allMetrics, aReport, aRow, aRunningRollout } from '../storage/builders.ts';

const WINDOWS_PER_MINUTE = 6;
const MINUTES = 9;
const DAY_MS = 86_400_000;

/** How a rollout is played. */
interface Played {
  readonly riskModel: NonNullable<RolloutDefinition['riskModel']>;
  /** Absent: no model is asked. */
  readonly models?: DecisionModels;
  readonly onPass?: (pass: PassReport, minute: number) => Promise<void>;
}

/** The rollout "new-checkout", which stays at 1 %: nine minutes of the same traffic, a real pass after each of them. */
export async function playedRollout(
  storage: Storage,
  scope: Scope,
  { riskModel, models, onPass }: Played,
): Promise<readonly PassReport[]> {
  const riskGroups = { errors: 'errors', slow: 'latency', business: null };
  const stages = [
    { coverage: 1_000, dwellMs: DAY_MS },
    { coverage: 95_000, dwellMs: DAY_MS },
  ];
  await aRunningRollout(storage, scope, { riskGroups, riskModel, stages });
  const passes: PassReport[] = [];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const windows = Array.from({ length: WINDOWS_PER_MINUTE }, (_, index) => index + minute * WINDOWS_PER_MINUTE);
    const rows = windows.flatMap((n) =>
      (['on', 'off'] as const).map((variant) => aRow(n, { variant, metrics: allMetrics(100, 1) })),
    );
    await storage.windows.acceptReport(scope, aReport(minute + 1, rows), 'key-1');
    const pass = (await runPass(storage, scope, 'new-checkout', models))!;
    passes.push(pass);
    await onPass?.(pass, minute);
  }
  return passes;
}
