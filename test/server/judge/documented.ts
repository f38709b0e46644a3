import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../../docs/judge.md', import.meta.url), 'utf8');

/** The example of windows in a file, as the documentation shows it. */
export const DOCUMENTED_WINDOWS = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);

/** What the documentation says that the command line prints for it. */
export const DOCUMENTED_REPORT = /```text\n([\s\S]*?)```/.exec(page)![1]!;

/** The body that the documented AnalysisTemplate sends, its arguments put in as Argo Rollouts does it. */
export function argoBody(args: Readonly<Record<string, string>>): string {
  const body = /jsonBody:\n([\s\S]*?)```/.exec(page)![1]!;
  return JSON.stringify(JSON.parse(body)).replace(/\{\{ args\.(.*?) \}\}/g, (_, name) => args[name]!);
}

/** The string in the metadata of the documented webhooks. */
export const FLAGGER_REQUEST = /request: \|\n((?: {12}.*\n)+)/.exec(page)![1]!;

/** Paths with their queries that the documented webhooks call. */
export const FLAGGER_PATHS = [...page.matchAll(/^ +url: http:\/\/flagger:.*?@.*?(\/api\S+)$/gm)].map(
  ([, path]) => path!,
);
