/** Blocks four libuv threads, then opens a serial port and uses it; prints what came back. Run as a process of its own. */
import '../../src/process-flags.ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, open, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { openPty } = await import('../../simulators/wire/pty.ts');
const { systemClock } = await import('../../src/clock.ts');
const { serial } = await import('../../src/transport/index.ts');

const pty = await openPty();
pty.far.onData((chunk) => void pty.far.write(chunk));

// Opening a FIFO that nobody writes to holds a thread of the pool until somebody does.
const folder = mkdtempSync(join(tmpdir(), 'bellcrank-fifo-'));
for (let thread = 0; thread < 4; thread++) {
  const path = join(folder, String(thread));
  execFileSync('mkfifo', [path]);
  open(path, 'r', () => {});
}

const timer = setTimeout(() => finish('blocked'), 2000);
const connection = await serial.open({ path: pty.path }, { signal: AbortSignal.timeout(5000), clock: systemClock });
if (connection.shape === 'bytes') {
  connection.onData((chunk) => finish(Buffer.from(chunk).toString()));
  await connection.write(Buffer.from('echo'));
}

function finish(text: string): void {
  clearTimeout(timer);
  process.stdout.write(text);
  rmSync(folder, { recursive: true });
  // The blocked threads would keep an orderly exit waiting.
  process.kill(process.pid, 'SIGKILL');
}
