import { canonicalJson, type FlagSet, type JsonValue } from '../../domain/index.ts';
import type { ApiClient, RequestParts } from './api-client.ts';
import { ApiError, CliError, NO_ANSWER } from './cli-error.ts';

const PRECONDITION_FAILED = 412;

/** What became of each flag. */
export interface PushedFlags {
  readonly written: readonly string[];
  readonly failed: readonly { readonly flag: string; readonly message: string }[];
}

/** Writes the shared rules and then every flag; one that is refused does not keep the others from being written. */
export async function pushFlags(client: ApiClient, flagSet: FlagSet, mayReplace: boolean): Promise<PushedFlags> {
  await pushEvaluators(client, flagSet.$evaluators ?? {}, mayReplace);
  const written: string[] = [];
  const failed: { flag: string; message: string }[] = [];
  let away: ApiError | undefined;
  for (const [flag, body] of Object.entries(flagSet.flags)) {
    const error = away ?? (await putFlag(client, flag, { body, headers: mayReplace ? {} : { 'if-none-match': '*' } }));
    if (error === undefined) written.push(flag);
    else failed.push({ flag, message: reasonOf(error, mayReplace) });
    // Without a server there is no point in asking it about the next flag.
    if (error?.status === NO_ANSWER) away = error;
  }
  return { written, failed };
}

async function putFlag(client: ApiClient, flag: string, parts: RequestParts): Promise<ApiError | undefined> {
  try {
    await client.call('PUT', `/flags/${encodeURIComponent(flag)}`, parts);
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function reasonOf({ status, message }: ApiError, mayReplace: boolean): string {
  const exists = status === PRECONDITION_FAILED && !mayReplace;
  return exists ? 'The server has a flag of this name; add --replace to replace it.' : message;
}

interface SharedRules {
  readonly evaluators: Readonly<Record<string, JsonValue>>;
  readonly version: number;
}

/** The server replaces all shared rules at once, so the others are sent back to it, unless somebody changed them meanwhile. */
async function pushEvaluators(
  client: ApiClient,
  wanted: SharedRules['evaluators'],
  mayReplace: boolean,
): Promise<void> {
  if (Object.keys(wanted).length === 0) return;
  const { evaluators, version } = await client.call<SharedRules>('GET', '/evaluators');
  const different = Object.keys(wanted).filter(
    (name) => canonicalJson(evaluators[name]) !== canonicalJson(wanted[name]),
  );
  const taken = different.filter((name) => Object.hasOwn(evaluators, name));
  if (taken.length > 0 && !mayReplace) {
    throw new CliError(
      `The server has other shared rules named ${taken.join(', ')}; add --replace to replace them.`,
      1,
    );
  }
  if (different.length === 0) return;
  await client.call('PUT', '/evaluators', {
    body: { ...evaluators, ...wanted },
    headers: { 'if-match': `"${version}"` },
  });
}
