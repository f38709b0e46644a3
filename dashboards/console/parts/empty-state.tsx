import type { ComponentChildren } from 'preact';

/** What there is not yet, and what to do next. */
export function EmptyState({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <div class="panel grid justify-items-start gap-3 py-8">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A command to be copied into a terminal. */
export function Command({ children }: { readonly children: string }) {
  return (
    <pre class="w-full overflow-x-auto rounded-field border border-base-300 bg-base-200 p-3 text-xs leading-relaxed">
      <code>{children}</code>
    </pre>
  );
}
