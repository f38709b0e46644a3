/** Who did something: what they are called, and what tells them from others of that name. */
export function Actor({ actor, name }: { readonly actor: string; readonly name: string | null }) {
  if (name === null) return <>{actor}</>;
  return (
    <>
      {name} <span class="quiet text-xs">{actor}</span>
    </>
  );
}
