import { ApiError, NO_ANSWER, type ProblemDocument } from './cli-error.ts';

const TIMEOUT_MS = 30_000;

/** What a request may carry besides its path. */
export interface RequestParts {
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

  /** The answer's JSON; the path is relative to the environment. ApiError for a refusal or no answer at all. */
  async call<T>(method: string, path: string, { body, headers }: RequestParts = {}): Promise<T> {
    const target = `${this.url}/api/v1/environments/${encodeURIComponent(this.environment)}${path}`;
    const response = await fetch(target, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new ApiError(NO_ANSWER, unreachable(this.url, error));
    });
    const text = await response.text();
    const answer = parse(text);
    if (!response.ok)
      throw new ApiError(response.status, answer ?? { detail: `status ${response.status} from ${target}` });
    if (answer === undefined)
      throw new ApiError(response.status, { detail: `no JSON from ${target}; is this a Rampwright server?` });
    return answer as T;
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
