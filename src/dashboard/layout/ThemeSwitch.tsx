import { useState } from 'react';
import { keepTheme, type Theme, theme } from '../boot/theme.ts';

const names: readonly (readonly [Theme, string])[] = [
  ['auto', '◐ Auto'],
  ['light', '○ Light'],
  ['dark', '● Dark'],
];

export function ThemeSwitch() {
  const [chosen, choose] = useState(theme);
  const take = (value: string): void => {
    const next = names.find(([name]) => name === value)?.[0] ?? 'auto';
    keepTheme(next);
    choose(next);
  };
  return (
    <select className="theme" aria-label="Theme" value={chosen} onChange={({ target }) => take(target.value)}>
      {names.map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  );
}
