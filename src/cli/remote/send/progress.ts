import type { CommandView } from '../../../client/index.ts';
import type { Surroundings } from '../../context.ts';
import { safe } from '../output/text.ts';
import { fitted } from '../output/width.ts';

interface Place {
  readonly clock: Surroundings['clock'];
  readonly err: (text: string) => void;
  readonly columns: () => number;
}

/** What is known of a command under way; the stream tells more of it than its record. */
type Known = CommandView & { readonly progress?: unknown; readonly position?: number };

const everyMs = 1000;

/** One line of a terminal that says how far a command is, until it is disposed of. */
export function progressLine(
  command: CommandView,
  { clock, err, columns }: Place,
): Disposable & { show(now: Known): void } {
  const began = clock.monotonic();
  let known: Known = command;
  let timer = clock.timer(everyMs, tick);
  function draw(): void {
    const seconds = Math.floor((clock.monotonic() - began) / 1000);
    // Back to the start of the line, and what was there is cleared (ECMA-48, CR and EL).
    err(`\r${fitted(safe(`${words(known)}, ${seconds} s`), columns() - 1)}\u001b[K`);
  }
  function tick(): void {
    draw();
    timer = clock.timer(everyMs, tick);
  }
  return {
    show(now) {
      known = now;
      draw();
    },
    [Symbol.dispose]() {
      timer.cancel();
      err('\r\u001b[K');
    },
  };
}

function words({ device, command, state, position, progress, simulated }: Known): string {
  const where = state === 'queued' && position !== undefined ? `queued, ${position} before it` : state;
  const far = progress === undefined ? '' : `, ${progressText(progress)}`;
  return `${device} ${command}${simulated ? ' (simulated)' : ''}: ${where}${far}`;
}

function progressText(progress: unknown): string {
  if (typeof progress !== 'object' || progress === null) return String(progress);
  return Object.entries(progress)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
