import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { SignOut } from '../connection/SignOut.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';

const pages = [
  ['/', 'Devices'],
  ['/commands', 'Commands'],
  ['/alarms', 'Alarms'],
  ['/discovery', 'Discovery'],
  ['/simulators', 'Simulators'],
] as const;

/** The room at its right end is Stop's. */
export function Header() {
  const [location] = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => showChosen(nav.current, location), [location]);
  return (
    <header className="header">
      <Link href="/" className="brand">
        <Mark />
        Bellcrank
      </Link>
      <nav aria-label="Pages" ref={nav}>
        {pages.map(([path, name]) => (
          <Link key={path} href={path} aria-current={isAt(location, path) ? 'page' : undefined}>
            {name}
          </Link>
        ))}
        <a href="/docs" target="_blank" rel="noreferrer">
          API docs
        </a>
      </nav>
      <div className="tools">
        <SignOut />
        <ThemeSwitch />
      </div>
    </header>
  );
}

/** On a phone the row of pages is wider than the screen. */
function showChosen(nav: HTMLElement | null, location: string): void {
  const chosen = pages.findIndex(([path]) => isAt(location, path));
  nav?.children[chosen]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function isAt(location: string, path: string): boolean {
  if (path === '/') return location === '/' || location.startsWith('/devices');
  return location === path || location.startsWith(`${path}/`);
}

/** A bell crank: two arms, one pivot. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path
        d="M5 4v13h14"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="5" cy="17" r="3.5" fill="var(--accent)" />
    </svg>
  );
}
