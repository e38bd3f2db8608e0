import { usePage } from '../data/page.ts';

const sections: readonly (readonly [string, string])[] = [
  ['values', 'Values'],
  ['history', 'History'],
  ['recent', 'Recent'],
  ['commands', 'Commands'],
  ['interlocks', 'Interlocks'],
  ['lease', 'Lease'],
  ['trace', 'Wire'],
  ['about', 'About'],
];

/** Where everything stands below each other, the way to a part of it. */
export function Jump({ onJump }: { readonly onJump: (section: string) => void }) {
  const { interlocks } = usePage();
  const shown = sections.filter(([id]) => id !== 'interlocks' || interlocks.length > 0);
  return (
    <nav className="jump" aria-label="On this page">
      {shown.map(([id, name]) => (
        <button key={id} type="button" className="link" onClick={() => onJump(id)}>
          {name}
        </button>
      ))}
    </nav>
  );
}
