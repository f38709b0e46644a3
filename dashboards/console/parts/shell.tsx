import type { ComponentChildren } from 'preact';
import { hasAudit } from '../state/audit.ts';
import { isLive } from '../state/live.ts';
import { linkTo, route } from '../state/route.ts';
import { chooseEnvironment, environment, environments, signOut, who } from '../state/session.ts';
import { nextTheme, theme } from '../state/theme.ts';

const PAGES = [
  ['rollouts', 'Rollouts'],
  ['flags', 'Flags'],
  ['models', 'Models'],
  ['webhooks', 'Webhooks'],
  ['audit', 'Audit'],
] as const;

/** What surrounds every page: where one is, where one can go, and who one is. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  return (
    <>
      <button
        type="button"
        class="btn btn-primary sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-10"
        onClick={skip}
      >
        Skip to the content
      </button>
      <header class="border-b border-base-300 bg-base-100">
        <div class="mx-auto flex max-w-6xl flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2">
          <a href={linkTo('rollouts')} class="flex items-center gap-2 text-base font-semibold">
            <img src="/console/icon.svg" alt="" width="22" height="22" />
            Rampwright
          </a>
          <nav aria-label="Pages" class="order-last -mx-2 flex w-full overflow-x-auto sm:order-none sm:w-auto">
            {PAGES.filter(([page]) => page !== 'audit' || hasAudit.value).map(([page, label]) => (
              <a
                key={page}
                href={linkTo(page)}
                aria-current={route.value.page === page ? 'page' : undefined}
                class="rounded-field px-2 py-1 hover:bg-base-200 aria-[current=page]:font-semibold aria-[current=page]:text-primary"
              >
                {label}
              </a>
            ))}
          </nav>
          <div class="ml-auto flex items-center gap-1 sm:gap-2">
            <LiveMark />
            <EnvironmentChoice />
            <button
              type="button"
              class="btn btn-ghost btn-sm px-2"
              onClick={nextTheme}
              title="Change between day, night and what the system wants"
            >
              <span class="sr-only font-normal opacity-70 sm:not-sr-only">Theme: </span>
              {theme.value === 'system' ? 'auto' : theme.value}
            </button>
            {who.value && (
              <span class="quiet max-w-32 truncate text-xs" title={who.value.user ?? 'an API key'}>
                {who.value.name}
              </span>
            )}
            <button type="button" class="btn btn-ghost btn-sm px-2" onClick={signOut}>
              Sign out
            </button>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} class="mx-auto grid max-w-6xl gap-4 px-4 py-5 outline-none">
        {children}
      </main>
    </>
  );
}

/** The address belongs to the router, so no link could do it. */
function skip(): void {
  document.getElementById('main')?.focus();
}

function LiveMark() {
  const text = isLive.value ? 'live' : 'connecting';
  return (
    <output
      class="flex items-center gap-1.5 text-xs"
      title={isLive.value ? 'News arrive by themselves' : 'No news arrive at the moment; the page tries again'}
    >
      <span class={`status ${isLive.value ? 'status-success' : 'status-warning'}`} aria-hidden="true" />
      <span class="quiet">{text}</span>
    </output>
  );
}

function EnvironmentChoice() {
  const known = environments.value ?? [];
  if (known.length < 2) return <span class="quiet hidden text-xs sm:inline">{environment.value}</span>;
  return (
    <label>
      <span class="sr-only">Environment</span>
      <select
        class="select select-sm w-32"
        value={environment.value}
        onChange={(event) => chooseEnvironment(event.currentTarget.value)}
      >
        {known.map((one) => (
          <option key={one.environment} value={one.environment}>
            {one.environment}
          </option>
        ))}
      </select>
    </label>
  );
}
