import { expect, test } from 'vitest';
import type { CommandView } from '../../../client/index.ts';
import { VirtualClock } from '../../../testing/virtual-clock.ts';
import { progressLine } from './progress.ts';

const command: CommandView = {
  id: '1',
  device: 'mill-1',
  command: 'move-to',
  params: {},
  state: 'queued',
  confirmation: null,
  by: 'anonymous',
  simulated: true,
  submittedAt: '2026-01-31T12:00:00Z',
  sentAt: null,
  endedAt: null,
  links: { self: '', device: '' },
};

/** What a terminal shows after all that was written. */
function shown(written: string): string {
  return written.split('\r').at(-1)?.replaceAll('\u001b[K', '') ?? '';
}

test('one line says how far a command is, fits the terminal, and is gone at the end', async () => {
  const clock = new VirtualClock();
  let written = '';
  const line = progressLine(command, { clock, err: (text) => void (written += text), columns: () => 60 });
  expect(written).toBe('');
  line.show({ ...command, position: 2 });
  expect(shown(written)).toBe('mill-1 move-to (simulated): queued, 2 before it, 0 s');
  await clock.advance(3000);
  expect(shown(written)).toContain(', 3 s');
  line.show({ ...command, state: 'sent', progress: { x: -5, said: '\u001b[2J' } });
  expect(shown(written)).toBe(String.raw`mill-1 move-to (simulated): sent, x -5, said \u001b[2J, 3 s`);
  line.show({ ...command, state: 'sent', progress: 'x'.repeat(100) });
  expect(shown(written)).toMatch(/^.{58}…$/);
  line[Symbol.dispose]();
  expect(shown(written)).toBe('');
  expect(clock.pendingTimers).toBe(0);
});
