import type { WebhookEvent } from '../../../domain/index.ts';

const PAGES: Readonly<Record<string, string>> = {
  rollout: 'rollouts',
  approval: 'rollouts',
  flag: 'flags',
  model: 'models',
};

/** Where the console shows what an event is about; undefined where it has no page for it, or nobody said where it is. */
export function consoleLink({ kind, subject }: WebhookEvent, publicUrl: string | null): string | undefined {
  const page = PAGES[kind.split('.', 1)[0]!];
  if (page === undefined || publicUrl === null) return undefined;
  return `${publicUrl.replace(/\/+$/, '')}/console/#/${page}/${encodeURIComponent(subject)}`;
}
