import { effect, signal } from '@preact/signals';

const KEY = 'rampwright.theme';

/** How the page looks: as the system wants it, or as the person chose. */
export type Theme = 'system' | 'day' | 'night';

/** The chosen theme. */
export const theme = signal<Theme>((localStorage.getItem(KEY) as Theme | null) ?? 'system');

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now; charts, which take colours as values, are drawn anew when it changes. */
export const isDark = signal(false);

effect(() => {
  const { value } = theme;
  if (value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = value;
  isDark.value = value === 'night' || (value === 'system' && systemIsDark.matches);
});
systemIsDark.addEventListener('change', ({ matches }) => {
  if (theme.value === 'system') isDark.value = matches;
});

/** Chooses the next theme: system, day, night. */
export function nextTheme(): void {
  theme.value = theme.value === 'system' ? 'day' : theme.value === 'day' ? 'night' : 'system';
  localStorage.setItem(KEY, theme.value);
}
