import { useState } from 'preact/hooks';
import { chooseTheme, chosenTheme, THEME_CHOICES } from './theme.ts';

const LABELS = { system: 'System', light: 'Light', dark: 'Dark' };

/** Which colours the page has. */
export function ThemeSwitch() {
  const [choice, setChoice] = useState(chosenTheme);
  return (
    <label class="theme-switch">
      <span>Colours</span>
      <select
        value={choice}
        onChange={({ currentTarget }) => {
          const next = THEME_CHOICES.find((each) => each === currentTarget.value) ?? 'system';
          setChoice(next);
          chooseTheme(next);
        }}
      >
        {THEME_CHOICES.map((each) => (
          <option key={each} value={each}>
            {LABELS[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
