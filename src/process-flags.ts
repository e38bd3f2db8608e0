/** What must be set before anything else runs, and what must not be until later. */
import { setFlagsFromString } from 'node:v8';

/**
 * Opening, flushing and closing a serial port can each block a thread of libuv's pool, and with the usual four of them
 * blocked no other port is opened, no file is read and no name is resolved. libuv reads the size when the pool starts.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '64';

// At SIGUSR1 Node would open a debugger, in which whoever is on this machine may do everything.
process.on('SIGUSR1', () => {});

const flag = 'allocation-site-pretenuring';
let isSettled = false;

/**
 * For when a service has started, and before it has much to do: what was compiled for speed by then stays as it is. V8
 * makes at once among the old what it expects to live long, and expects it of all that is under way together in one
 * collection. A hundred commands that end within milliseconds are dead then among the old, where they hold all that came
 * after them until the next whole collection (docs/performance.md).
 *
 * Code that was compiled ahead, Node's own included, is good for the flags with which it was made and is compiled anew with
 * any others: a third more for a start, and twice as much for a thread. So the flag is changed after all that is loaded by
 * then, and is back when Node keeps what was compiled, which it does at the end.
 */
export function settled(): void {
  if (isSettled) return;
  isSettled = true;
  setFlagsFromString(`--no-${flag}`);
  process.once('exit', () => setFlagsFromString(`--${flag}`));
}
