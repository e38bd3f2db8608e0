import { installBreaker } from './breaker.ts';
import styles from './stop.css?inline';
import { renewSession } from './session.ts';
import { askStop } from './stop-request.ts';
import { StopSheet } from './stop-sheet.ts';

/** When there is no answer after this long, whatever else the page has under way makes way. */
const makeWayMs = 1000;

/** What the rest of the page tells: how many devices are stopped. */
export const stoppedEvent = 'bellcrank:stopped';

/** Stop for everything. It needs the page's own markup, `fetch`, and nothing of what is loaded later. */
export function startStop(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
  const { plainFetch, makeWay } = installBreaker();
  const report = new StopSheet({ stop, release });
  void renewSession(plainFetch);

  async function stop(): Promise<void> {
    report.sending();
    const timer = setTimeout(() => {
      makeWay();
      report.waiting();
    }, makeWayMs);
    const answer = await askStop({ method: 'POST' }, plainFetch);
    clearTimeout(timer);
    report.stopped(answer);
  }

  async function release(): Promise<void> {
    report.released(await askStop({ method: 'DELETE' }, plainFetch));
  }

  document.getElementById('stop')?.addEventListener('submit', (event) => {
    event.preventDefault();
    void stop();
  });
  // First of all listeners, and while somebody types, too: no key that writes has Ctrl or Cmd with it.
  const onKey = (event: KeyboardEvent): void => {
    if (!isShortcut(event)) return;
    event.preventDefault();
    if (!event.repeat) void stop();
  };
  addEventListener('keydown', onKey, { capture: true });
  addEventListener(stoppedEvent, (event) => report.told((event as CustomEvent<StoppedCount>).detail));
}

export interface StoppedCount {
  readonly stopped: number;
  readonly devices: number;
}

/** Ctrl + . or Cmd + . wherever the full stop is on the keyboard; AltGr is Ctrl and Alt to some systems. */
function isShortcut({ key, code, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && !altKey && (key === '.' || code === 'Period');
}
