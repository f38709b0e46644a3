/** Where the server is, and how to prove who asks. */
export interface Connection {
  /** Ends in "/"; API paths are resolved against it. */
  readonly baseUrl: URL;
  readonly apiKey: string;
}

/** Largest snapshot that is read, in bytes and in UTF-16 code units of one stream event. */
export const MAX_SNAPSHOT_SIZE = 8 * 1024 * 1024;

/** How long the server may take to begin an answer that it has ready. */
export const CONNECT_TIMEOUT_MS = 2_000;

/** Headers that every request carries. */
export function authorization(connection: Connection): Record<string, string> {
  return { authorization: `Bearer ${connection.apiKey}` };
}
