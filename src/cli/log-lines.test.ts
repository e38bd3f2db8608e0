import { pino } from 'pino';
import { expect, test } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { LogLines } from './log-lines.ts';

function logged() {
  const clock = new VirtualClock();
  const written: string[] = [];
  const lines = new LogLines((text) => void written.push(text), clock);
  const log = pino({ base: null, timestamp: false }, lines);
  return { clock, written, lines, log };
}

test('lines of what goes well are written together, a moment later', async () => {
  const { clock, written, log } = logged();
  log.info({ command: 1 }, 'command ended');
  log.info({ command: 2 }, 'command ended');
  expect(written).toEqual([]);
  await clock.advance(20);
  expect(written).toHaveLength(1);
  expect(written[0]?.match(/\n/g)).toHaveLength(2);
  log.info('another');
  await clock.advance(20);
  expect(written[1]).toContain('another');
});

test('what warns is written at once, after what came before it', () => {
  const { written, log } = logged();
  log.info('before');
  log.warn('warned');
  expect(
    written
      .join('')
      .split('\n')
      .map((line) => line && (JSON.parse(line) as { msg: string }).msg),
  ).toEqual(['before', 'warned', '']);
});

test('what waits is bounded, and nothing is left when it is to be written', () => {
  const { written, lines, log } = logged();
  for (let each = 0; each < 1000; each++) log.info({ text: 'x'.repeat(100) }, 'line');
  expect(written.length).toBeGreaterThan(1);
  for (const text of written) expect(text.length).toBeLessThan(66_000);
  lines.flush();
  expect(written.join('').match(/\n/g)).toHaveLength(1000);
});
