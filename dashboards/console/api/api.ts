import { problemIn, unreachable } from './api-problem.ts';

/** An answer and the entity tag to send in If-Match with a change. */
export interface Answer<Body> {
  readonly body: Body;
  readonly etag: string | null;
}

/** What a request may carry beside its path. */
export interface RequestOptions {
  readonly body?: unknown;
  readonly ifMatch?: string | null;
  readonly isNew?: boolean;
  readonly signal?: AbortSignal;
}

/** The management API as one person or key. Everything rejects with an `ApiProblem`. */
export interface Api {
  call<Body>(method: string, path: string, options?: RequestOptions): Promise<Answer<Body>>;
  /** An open stream of server-sent events. */
  open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** The API at the origin of this page, with a key or, without one, with the cookie of a session; paths are those below `/api/v1`. */
export function createApi(key: string | null): Api {
  const send = async (method: string, path: string, options: RequestOptions): Promise<Response> => {
    const { body, ifMatch, isNew, signal } = options;
    const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (ifMatch) headers['if-match'] = ifMatch;
    if (isNew) headers['if-none-match'] = '*';
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw unreachable();
    });
    if (!response.ok) throw await problemIn(response);
    return response;
  };
  return {
    call: async <Body>(method: string, path: string, options: RequestOptions = {}) => {
      const response = await send(method, path, options);
      const isEmpty = response.status === 204;
      return { body: (isEmpty ? undefined : await response.json()) as Body, etag: response.headers.get('etag') };
    },
    open: async (path, signal) => {
      const { body } = await send('GET', path, { signal });
      if (body === null) throw unreachable();
      return body;
    },
  };
}
