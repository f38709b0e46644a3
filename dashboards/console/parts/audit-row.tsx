import type { AuditEntry } from '../state/audit.ts';
import { Actor } from './actor.tsx';
import { Moment } from './moment.tsx';

/** One change, with what it was before and after to be unfolded. */
export function AuditRow({ entry }: { readonly entry: AuditEntry }) {
  const { atMs, actor, actorName, action, kind, target, reason, before, after } = entry;
  return (
    <li class="grid gap-x-4 gap-y-1 p-3 sm:grid-cols-[9rem_11rem_1fr]">
      <span class="quiet">
        <Moment atMs={atMs} />
      </span>
      <span class="min-w-0">
        <Actor actor={actor} name={actorName} />
      </span>
      <div class="min-w-0">
        <p>
          <span class="font-medium">{action}</span> <span class="quiet">{kind}</span> {target}
          {reason && <span class="quiet"> — “{reason}”</span>}
        </p>
        <details>
          <summary class="quiet cursor-pointer text-xs">before and after</summary>
          <pre class="max-h-72 overflow-auto text-xs whitespace-pre-wrap">
            {`before ${JSON.stringify(before, null, 2)}\nafter  ${JSON.stringify(after, null, 2)}`}
          </pre>
        </details>
      </div>
    </li>
  );
}
