const COLOURS: Readonly<Record<string, string>> = {
  champion: 'badge-success',
  canary: 'badge-info',
  shadow: 'badge-info',
  candidate: 'badge-neutral',
  retired: 'badge-ghost',
};

/** Where a model stands on its way into use. */
export function ModelStateBadge({ state }: { readonly state: string }) {
  return <span class={`badge badge-soft badge-sm ${COLOURS[state] ?? ''}`}>{state}</span>;
}
