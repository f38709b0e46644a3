import { ApiError, NO_ANSWER, type ProblemDocument } from './cli-error.ts';

const TIMEOUT_MS = 30_000;

/** What a request may carry besides its path. */
export interface RequestParts {
  /** True for paths of the whole tenant instead of the environment. */
  readonly isOfTenant?: boolean;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The management API of one environment. */
export class ApiClient {
  readonly url: string;
  readonly environment: string;
  readonly #key: string;

  constructor(url: string, key: string, environment: string) {
    this.url = url.replace(/\/+$/, '');
    this.environment = environment;
    this.#key = key;
  }

  /** The answer's JSON, undefined where there is none; the path is relative to the environment. ApiError for a refusal or no answer at all. */
  async call<T>(method: string, path: string, parts: RequestParts = {}): Promise<T> {
    const response = await this.#fetch(method, path, { ...parts, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 204) return undefined as T;
    const answer = parse(await response.text());
    if (answer === undefined)
      throw new ApiError(response.status, { detail: `no JSON from ${response.url}; is this a Rampwright server?` });
    return answer as T;
  }

  /** The answer's bytes as they arrive, however long that takes. */
  async read(path: string, parts: RequestParts = {}): Promise<AsyncIterable<Uint8Array>> {
    const { body, url, status } = await this.#fetch('GET', path, parts);
    if (body === null) throw new ApiError(status, { detail: `nothing from ${url}` });
    return body;
  }

  async #fetch(
    method: string,
    path: string,
    { isOfTenant = false, body, headers, signal }: RequestParts & { readonly signal?: AbortSignal },
  ): Promise<Response> {
    const place = isOfTenant ? '' : `/environments/${encodeURIComponent(this.environment)}`;
    const target = `${this.url}/api/v1${place}${path}`;
    const response = await fetch(target, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      throw new ApiError(NO_ANSWER, unreachable(this.url, error));
    });
    if (response.ok) return response;
    const problem = parse(await response.text());
    throw new ApiError(response.status, problem ?? { detail: `status ${response.status} from ${target}` });
  }
}

function unreachable(url: string, error: unknown): ProblemDocument {
  const { cause, message } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string };
  };
  return {
    title: `No answer from ${url}`,
    detail: cause?.code ?? cause?.message ?? message,
    fix: 'Start the server (rampwright serve), or correct --url or RAMPWRIGHT_URL.',
  };
}

function parse(text: string): ProblemDocument | undefined {
  try {
    return JSON.parse(text) as ProblemDocument;
  } catch {
    return undefined;
  }
}
