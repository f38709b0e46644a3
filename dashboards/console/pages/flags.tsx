import { useState } from 'preact/hooks';
import type { FlagsAnswer, StoredFlag } from '../api/answers.ts';
import type { Api } from '../api/api.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { ReadPage } from '../parts/read-page.tsx';
import { linkTo } from '../state/route.ts';
import { inEnvironment, may } from '../state/session.ts';
import { useReading } from '../state/use-reading.ts';

const PAGE_SIZE = 1_000;

/** All flags of the environment, and the way to a new one. */
export function FlagsPage() {
  const reading = useReading({ read: (api) => readFlags(api), of: 'flags', concerns: (rollouts) => rollouts === null });
  const [text, setText] = useState('');
  return (
    <>
      <div class="flex flex-wrap items-center gap-3">
        <h1 class="mr-auto">Flags</h1>
        <label>
          <span class="sr-only">Search flags</span>
          <input
            class="input input-sm w-44"
            type="search"
            placeholder="search"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <NewFlag />
      </div>
      <ReadPage reading={reading}>
        {(flags) =>
          flags.length === 0 ? (
            <EmptyState title="No flags yet">
              <p>
                A flag is a decision point with named variants. Give the first one a key above; it opens with an example
                that you can change, test and save.
              </p>
            </EmptyState>
          ) : (
            <ul class="panel divide-y divide-base-300 p-0">
              {flags
                .filter(({ key }) => key.toLowerCase().includes(text.trim().toLowerCase()))
                .map((flag) => (
                  <FlagRow key={flag.key} flag={flag} />
                ))}
            </ul>
          )
        }
      </ReadPage>
    </>
  );
}

function FlagRow({ flag: { key, definition, revision } }: { readonly flag: StoredFlag }) {
  const rules = Object.keys(definition.targeting ?? {}).length > 0;
  return (
    <li class="relative grid items-baseline gap-x-6 gap-y-1 p-4 hover:bg-base-200/60 sm:grid-cols-[18rem_1fr_auto]">
      <a href={linkTo('flags', key)} class="font-semibold after:absolute after:inset-0">
        {key}
      </a>
      <span class="min-w-0">
        {Object.keys(definition.variants).map((variant) => (
          <span
            key={variant}
            class={`badge badge-sm mr-1 ${variant === definition.defaultVariant ? 'badge-soft badge-primary' : 'badge-ghost'}`}
          >
            {variant}
          </span>
        ))}
        <span class="quiet text-xs">{rules ? 'with targeting' : 'no targeting'}</span>
      </span>
      <span class="quiet text-xs">
        {definition.state === 'DISABLED' && <span class="badge badge-warning badge-soft badge-sm mr-2">disabled</span>}
        revision {revision}
      </span>
    </li>
  );
}

function NewFlag() {
  const [key, setKey] = useState('');
  if (!may('edit')) return null;
  const open = (event: Event) => {
    event.preventDefault();
    location.hash = linkTo('flags', key.trim());
  };
  return (
    <form class="flex gap-2" onSubmit={open}>
      <label>
        <span class="sr-only">Key of a new flag</span>
        <input
          class="input input-sm w-40"
          placeholder="key of a new flag"
          maxLength={256}
          required
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="btn btn-primary btn-sm">
        New flag
      </button>
    </form>
  );
}

async function readFlags(api: Api, after = ''): Promise<readonly StoredFlag[]> {
  const query = `?limit=${PAGE_SIZE}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
  const { body } = await api.call<FlagsAnswer>('GET', inEnvironment(`/flags${query}`));
  const last = body.flags.at(-1);
  if (last === undefined || body.flags.length < PAGE_SIZE) return body.flags;
  return [...body.flags, ...(await readFlags(api, last.key))];
}
