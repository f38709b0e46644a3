import { limitedText } from '../sources/limited-text.ts';

/** Most of an answer that is read: discovery documents and key sets have some kilobytes. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What `openid-client` may ask for. */
type Request = Pick<RequestInit, 'method' | 'redirect' | 'signal'> & {
  readonly headers: Record<string, string>;
  readonly body?: unknown;
};

/** Fetches an answer of no more than a megabyte; rejects when it is larger. */
export async function limitedFetch(url: string, { body, ...options }: Request): Promise<Response> {
  const response = await fetch(url, {
    ...options,
    ...(body == null ? {} : { body: body as NonNullable<RequestInit['body']> }),
  });
  const text = await limitedText(response.body, MAX_ANSWER_BYTES);
  if (text === undefined) throw new Error(`${url} answered more than ${MAX_ANSWER_BYTES} bytes`);
  // What has no body may not be given an empty one.
  return new Response(text === '' ? null : text, { status: response.status, headers: response.headers });
}
