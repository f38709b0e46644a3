import { effect, signal } from '@preact/signals';

/** Where the person is: `#/rollouts/checkout` is the page "rollouts" with the subject "checkout". */
export interface Route {
  readonly page: string;
  readonly subject: string | null;
}

/** The route in the address. */
export const route = signal(routeIn(location.hash));

addEventListener('hashchange', () => {
  route.value = routeIn(location.hash);
  scrollTo(0, 0);
});

effect(() => {
  const { page, subject } = route.value;
  document.title = `${subject ?? page} · Rampwright`;
});

/** The address of a page. */
export function linkTo(page: string, subject?: string): string {
  return subject === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(subject)}`;
}

function routeIn(hash: string): Route {
  const [page = '', subject = ''] = hash.replace(/^#\/?/, '').split('/');
  return { page: page || 'rollouts', subject: subject === '' ? null : decoded(subject) };
}

/** Somebody may have typed half an escape. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
