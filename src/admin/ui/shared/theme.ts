/** What a person chose; system follows the browser's own setting. */
export type ThemeChoice = 'system' | 'light' | 'dark';

export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

const KEY = 'gatehouse-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): ThemeChoice {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Keeps a choice in this browser, and shows it. */
export function chooseTheme(choice: ThemeChoice): void {
  if (choice === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  showTheme();
}

/** Fired on the document whenever the colours are others: what is drawn on a canvas has to be drawn anew. */
export const THEME_EVENT = 'gatehouse:theme';

/** To be called before anything is drawn, and then by itself whenever the browser's setting changes. */
export function showTheme(): void {
  const choice = chosenTheme();
  const theme = choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
  document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event(THEME_EVENT));
}

dark.addEventListener('change', showTheme);
