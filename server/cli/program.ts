import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { addAddLabel } from './commands/add-label.ts';
import { addApply } from './commands/apply.ts';
import { addCompareModels } from './commands/compare-models.ts';
import { addExplainRollout } from './commands/explain-rollout.ts';
import { addExportAudit } from './commands/export-audit.ts';
import { addGetFlag } from './commands/get-flag.ts';
import { addGetRollout } from './commands/get-rollout.ts';
import { addImport } from './commands/import-flags.ts';
import { addJudgeRollback } from './commands/judge-rollback.ts';
import { addJudge } from './commands/judge-windows.ts';
import { addTenantQuotas } from './commands/limit-tenant.ts';
import { addListAudit } from './commands/list-audit.ts';
import { addListDecisions } from './commands/list-decisions.ts';
import { addListFlags } from './commands/list-flags.ts';
import { addListLabels } from './commands/list-labels.ts';
import { addListModels } from './commands/list-models.ts';
import { addListRollouts } from './commands/list-rollouts.ts';
import { addListSources } from './commands/list-sources.ts';
import { addLogin, addLogout } from './commands/login.ts';
import { addAddFreeze, addListFreezes, addRemoveFreeze } from './commands/move-freeze.ts';
import { addCreateKey, addListKeys, addRevokeKey, addRotateKey } from './commands/move-key.ts';
import { addMoveModel, addStageModel } from './commands/move-model.ts';
import { addMoveRollout } from './commands/move-rollout.ts';
import { addQuarantineSource, addReleaseSource } from './commands/move-source.ts';
import { addCreateTenant, addListTenants, addTenantKey } from './commands/move-tenant.ts';
import { addCreateUser, addDisableUser, addListUsers, addUserPassword, addUserRoles } from './commands/move-user.ts';
import {
  addAddWebhook,
  addEnableWebhook,
  addListDeliveries,
  addListWebhooks,
  addRemoveWebhook,
  addRotateWebhook,
  addTestWebhook,
} from './commands/move-webhook.ts';
import { addCompletion } from './commands/print-completion.ts';
import { addSchema } from './commands/print-schema.ts';
import { addPutFlag } from './commands/put-flag.ts';
import { addReplay } from './commands/replay-rollout.ts';
import { addServe } from './commands/serve.ts';
import { addShowModel } from './commands/show-model.ts';
import { addSimulate } from './commands/simulate.ts';
import { addSteerRollout } from './commands/steer-rollout.ts';
import { addTrain } from './commands/train.ts';
import { addVerifyAudit } from './commands/verify-audit.ts';
import { addListApprovals, addVoteRollout } from './commands/vote-rollout.ts';
import type { Environment } from './connection.ts';

/** Exit codes: 0 done, 1 not (all) done, 2 wrong usage or input that cannot be read, 3 no verdict yet (`judge`). */
const WRONG_USAGE = 2;

/** Runs the command line; resolves to the exit code and never rejects. */
export async function runProgram(args: readonly string[], env: Environment): Promise<number> {
  try {
    await createProgram(env).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has written its own message, or the help text that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

/** All commands, ready to be parsed. */
export function createProgram(env: Environment): Command {
  const program = new Command('rampwright')
    .description('Feature flags that roll themselves out.')
    .showHelpAfterError('(add --help to see what is possible)')
    .exitOverride();
  addServe(program);
  addLogin(program, env);
  addLogout(program, env);
  addApply(program, env);
  addSchema(program);
  addImport(program, env);
  addJudge(program);
  addSimulate(program);
  addReplay(program, env);
  const flags = program.command('flags').description('Flags of an environment.');
  for (const add of [addListFlags, addGetFlag, addPutFlag]) add(flags, env);
  const rollouts = program.command('rollouts').description('Rollouts of an environment.');
  for (const add of [
    addListRollouts,
    addGetRollout,
    addMoveRollout,
    addSteerRollout,
    addVoteRollout,
    addListApprovals,
    addJudgeRollback,
    addExplainRollout,
    addListDecisions,
  ])
    add(rollouts, env);
  const sources = program.command('sources').description('Sources of metrics of an environment.');
  for (const add of [addListSources, addQuarantineSource, addReleaseSource]) add(sources, env);
  const freezes = program.command('freezes').description('When rollouts of an environment do not go forward.');
  for (const add of [addListFreezes, addAddFreeze, addRemoveFreeze]) add(freezes, env);
  addTrain(program, env);
  const models = program.command('models').description('Models that were trained, and which are in use.');
  for (const add of [addListModels, addShowModel, addCompareModels, addMoveModel, addStageModel]) add(models, env);
  const labels = program.command('labels').description('What became of rollouts, for models to learn from.');
  for (const add of [addAddLabel, addListLabels]) add(labels, env);
  const audit = program.command('audit').description('Who changed what and why, and whether it is all there.');
  for (const add of [addListAudit, addExportAudit, addVerifyAudit]) add(audit, env);
  const webhooks = program.command('webhooks').description('Who is told what happens in an environment.');
  for (const add of [
    addListWebhooks,
    addAddWebhook,
    addTestWebhook,
    addListDeliveries,
    addRotateWebhook,
    addEnableWebhook,
    addRemoveWebhook,
  ])
    add(webhooks, env);
  const keys = program.command('keys').description('API keys of a tenant.');
  for (const add of [addListKeys, addCreateKey, addRotateKey, addRevokeKey]) add(keys, env);
  const users = program.command('users').description('People of a tenant, and what they may do.');
  for (const add of [addListUsers, addCreateUser, addUserRoles, addUserPassword, addDisableUser]) add(users, env);
  const tenants = program.command('tenants').description('Tenants of a server, for who runs it.');
  for (const add of [addListTenants, addCreateTenant, addTenantKey, addTenantQuotas]) add(tenants, env);
  addCompletion(program);
  return program;
}
