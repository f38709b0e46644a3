import type { RequestAttribution, RequestScope } from './request-attribution.ts';

/** What the middlewares may be told. */
export interface RequestOptions {
  /** Which status codes count as errors; by default 500 and above. */
  readonly isError?: (statusCode: number) => boolean;
}

/** The members of node's ServerResponse that tell how a request ended. */
export interface ResponseLike {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly errored?: Error | null;
  once(event: 'close', listener: () => void): unknown;
}

/** Begins the scope of an HTTP request; it finishes with the response, or with the socket if that closes early. */
export function openHttpScope(
  attribution: RequestAttribution,
  response: ResponseLike,
  { isError = (statusCode) => statusCode >= 500 }: RequestOptions = {},
): RequestScope {
  const scope = attribution.open();
  response.once('close', () => {
    // A client that goes away is no error, whatever status was about to be sent; a response destroyed by its handler is one.
    const hasFailed = (response.errored ?? null) !== null || (response.headersSent && isError(response.statusCode));
    attribution.finish(scope, hasFailed);
  });
  return scope;
}
