import { useEffect, useState } from 'preact/hooks';
import type { CheckAnswer } from '../api/answers.ts';
import { asProblem } from '../api/api-problem.ts';
import { api, inEnvironment } from './session.ts';

/** How long somebody has to pause before the server is asked. */
const PAUSE_MS = 250;

/** What is known of a text that should be the definition of a flag. */
export type Checked =
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'checking'; readonly value: unknown }
  | { readonly kind: 'good' | 'bad'; readonly value: unknown; readonly violations: CheckAnswer['violations'] }
  | { readonly kind: 'unknown'; readonly value: unknown; readonly message: string };

/** Has the server check a definition whenever its text has changed and rested for a moment. */
export function useCheck(flag: string, text: string): Checked {
  const [checked, setChecked] = useState<Checked>({ kind: 'checking', value: undefined });
  useEffect(() => {
    const parsed = parse(text);
    setChecked(parsed);
    if (parsed.kind === 'malformed') return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      check(flag, parsed.value, stop.signal).then(
        (found) => setChecked(found),
        (error: unknown) => {
          if (!stop.signal.aborted)
            setChecked({ kind: 'unknown', value: parsed.value, message: asProblem(error).message });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [flag, text]);
  return checked;
}

function parse(text: string): Checked & { readonly kind: 'malformed' | 'checking' } {
  try {
    return { kind: 'checking', value: JSON.parse(text) as unknown };
  } catch (error) {
    return { kind: 'malformed', message: (error as Error).message };
  }
}

async function check(flag: string, value: unknown, signal: AbortSignal): Promise<Checked> {
  const path = inEnvironment(`/flags/${encodeURIComponent(flag)}/check`);
  const answer = await api.value?.call<CheckAnswer>('POST', path, { body: value, signal });
  const violations = answer?.body.violations ?? [];
  return { kind: violations.length === 0 ? 'good' : 'bad', value, violations };
}
