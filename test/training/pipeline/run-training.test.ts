import { beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../../controller/index.ts';
import type { JsonValue } from '../../../domain/index.ts';
import { checkRiskArtefact, type RiskModelArtefact } from '../../../models/index.ts';
import { GATE_LIMITS } from '../../../training/gate/index.ts';
import {
  RISK_FIT,
  runTraining,
  type TrainingOptions,
  type TrainingOutcome,
  type TrainingTools,
} from '../../../training/index.ts';
import { NO_REPLAY, replayGeneration } from '../../../training/pipeline/replay-decisions.ts';
import { CUT_OFF_MS, recordedWorld } from '../recorded-world.ts';
import { Memory, tools } from './memory-ports.ts';

const options = (changes: Partial<TrainingOptions> = {}): TrainingOptions => ({
  run: { runId: 'one', kind: 'risk', cutOffMs: CUT_OFF_MS },
  environment: 'production',
  settings: { ...RISK_FIT, batchSize: 64, epochs: 8 },
  members: 1,
  gate: {},
  codeVersion: 'test',
  libraryVersions: { tfjs: 'test' },
  signal: new AbortController().signal,
  ...changes,
});

const world = recordedWorld({ rollouts: 96, minutes: 24, seed: 2 });

describe('a training run', () => {
  const memory = new Memory(world);
  let outcome: TrainingOutcome;

  beforeAll(async () => {
    outcome = await runTraining(memory, tools(), options());
  });

  it('registers a usable challenger with its origin, its figures and a card', () => {
    expect(outcome).toMatchObject({ outcome: 'trained', modelId: 'risk-one' });
    const model = memory.models.get('risk-one')!;
    expect(checkRiskArtefact(JSON.parse(JSON.stringify(model.artefact))).kind).toBe('usable');
    expect(model).toMatchObject({ kind: 'risk', environment: 'production', parentId: null, cutOffMs: CUT_OFF_MS });
    const { backtest, gate } = model.metrics as { [name: string]: { [name: string]: JsonValue } };
    const { value, lower, upper } = backtest!['averagePrecision'] as { [name: string]: number };
    expect(value).toBeGreaterThan((backtest!['baseRate'] as number) + 0.2);
    expect(lower! <= value! && value! <= upper!).toBe(true);
    expect(gate!['replayFailures']).toBe(0);
    for (const words of ['## What it is for', model.dataSetHash, 'models demote risk-one', '| falseRollback |'])
      expect(model.modelCard).toContain(words);
  });

  it('keeps the champion, because nothing has been in the shadow, and says so', () => {
    expect(outcome).toMatchObject({ verdict: 'keep' });
    const { checks, reasons } = outcome as Extract<TrainingOutcome, { outcome: 'trained' }>;
    expect(checks.find(({ check }) => check === 'shadowDays')?.outcome).toBe('notMeasured');
    expect(reasons.length).toBeGreaterThan(0);
    expect(memory.moves.filter((move) => move.startsWith('promote'))).toEqual([]);
    expect(memory.told.at(-1)).toMatch(/^kept the champion: /);
  });

  it('shows what decisions would have been with the model, also where the guardrails would never have spoken', () => {
    const artefact = memory.models.get('risk-one')!.artefact as unknown as RiskModelArtefact;
    const models = { risk: { id: 'risk-one', hash: 'h', fittedAtMs: null, artefact }, novelty: null, alpha: 0.1 };
    const withoutGuardrails: TrainingTools['decide'] = ({ rollout, ...observation }, asked) =>
      decide({ ...observation, rollout: { ...rollout, definition: { ...rollout.definition, alpha: 1e-60 } } }, asked);
    const replayed = (isHarmful: boolean, decideSo: TrainingTools['decide']) =>
      world
        .filter((_, index) => index < 24 && (index % 2 === 1) === isHarmful)
        .reduce(
          (sum, one) => replayGeneration(sum, one, models, { cutOffMs: CUT_OFF_MS, limit: 50, decide: decideSo }),
          NO_REPLAY,
        );
    for (const isHarmful of [true, false])
      expect(replayed(isHarmful, decide)).toMatchObject({ observations: 288, failures: 0, changedByCode: 0 });
    expect(replayed(true, withoutGuardrails).changedByModel['hold to rollback']).toBeGreaterThan(10);
    expect(replayed(false, withoutGuardrails).changedByModel['hold to rollback'] ?? 0).toBeLessThan(3);
  });

  it('makes the same model again, from what was kept and from nothing', async () => {
    const again = new Memory(world.toReversed());
    const fresh = await runTraining(again, tools(), options());
    expect(JSON.stringify(again.models.get('risk-one')!.artefact)).toBe(
      JSON.stringify(memory.models.get('risk-one')!.artefact),
    );
    expect(fresh).toEqual(outcome);
    const kept = new Memory(world);
    for (const [step, output] of memory.steps) kept.steps.set(step, output);
    expect(await runTraining(kept, tools(), options())).toEqual(outcome);
  });

  it('fits anew when what was kept is broken or belongs to other data', async () => {
    const kept = new Memory(world);
    const fit = memory.steps.get('fit') as { readonly [key: string]: JsonValue };
    kept.steps.set('fit', { ...fit, model: { kind: 'risk' } });
    expect(await runTraining(kept, tools(), options())).toEqual(outcome);
    expect(kept.steps.get('fit')).toEqual(fit);
  });

  it('promotes by itself only where every gate that is asked for is passed', async () => {
    const limits = { ...GATE_LIMITS, falseRollback: 0.1, calibrationError: 1 };
    const kept = new Memory(world);
    for (const [step, output] of memory.steps) kept.steps.set(step, output);
    const gate = { limits, needsShadow: false, needsCanary: false };
    const promoted = await runTraining(kept, tools(), options({ gate }));
    expect({ promoted, moves: kept.moves }).toMatchObject({
      promoted: { verdict: 'promote', reasons: [] },
      moves: ['promote risk-one'],
    });
    const shadowed = new Memory(world);
    for (const [step, output] of memory.steps) shadowed.steps.set(step, output);
    await runTraining(shadowed, tools(), options({ gate: { limits } }));
    expect(shadowed.moves).toEqual(['shadow risk-one']);
  });

  it('does not let a challenger fall behind the champion, and takes one that is corrupt for none', async () => {
    const against = async (artefact: JsonValue) => {
      const kept = new Memory(world);
      for (const [step, output] of memory.steps) kept.steps.set(step, output);
      kept.champion = { modelId: 'old', artefact };
      await runTraining(kept, tools(), options());
      const { gate } = kept.models.get('risk-one')!.metrics as { [name: string]: { [name: string]: JsonValue } };
      return { parentId: kept.models.get('risk-one')!.parentId, precision: gate!['championAveragePrecision'] };
    };
    const same = memory.models.get('risk-one')!.artefact;
    const { backtest } = memory.models.get('risk-one')!.metrics as { [name: string]: { [name: string]: JsonValue } };
    expect(await against(same)).toEqual({
      parentId: 'old',
      precision: (backtest!['averagePrecision'] as { [name: string]: JsonValue })['value'],
    });
    expect(await against({ kind: 'risk', ensemble: null })).toEqual({ parentId: null, precision: null });
  });

  it('stops between two steps when it is cancelled, and has changed nothing', async () => {
    const cancel = new AbortController();
    const cancelled = new Memory(world);
    cancelled.onReport = (words) => {
      if (words.startsWith('fitting')) cancel.abort(new Error('not now'));
    };
    await expect(runTraining(cancelled, tools(), options({ signal: cancel.signal }))).rejects.toThrow('not now');
    expect({ models: cancelled.models.size, moves: cancelled.moves }).toEqual({ models: 0, moves: [] });
    expect(cancelled.told.at(-1)).toMatch(/^fitting/);
  });
});

describe('a training run that comes to nothing says why', () => {
  it.each([
    ['an empty data set', [], 'nothing to learn from'],
    ['one class', recordedWorld({ rollouts: 6, minutes: 12, seed: 1, isHarmful: () => true }), 'are regressed'],
    ['too few rollouts', recordedWorld({ rollouts: 4, minutes: 12, seed: 1 }), 'too few runs'],
  ] as const)('%s', async (_, some, words) => {
    const memory = new Memory(some);
    const outcome = await runTraining(memory, tools(), options());
    expect(outcome).toEqual({ outcome: 'refused', reason: expect.stringContaining(words) });
    expect(memory.models.size).toBe(0);
  });

  it('a model with which decisions fail stays a candidate', async () => {
    const broken = {
      ...tools(),
      decide: () => {
        throw new Error('a score of NaN');
      },
    };
    const memory = new Memory(world);
    const outcome = await runTraining(memory, broken, options());
    expect(outcome).toMatchObject({ verdict: 'keep', nextState: 'candidate' });
    expect((outcome as { readonly reasons: readonly string[] }).reasons[0]).toMatch(/^replay: /);
    expect(memory.models.get('risk-one')!.modelCard).toContain('| replay | failed |');
  });
});
