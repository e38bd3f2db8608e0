import { expect, test } from 'vitest';
import type { ParentLog } from '../device/settings.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { LogLevel } from './log-level.ts';

function bench(configured: LogLevel['configured'] = 'info') {
  const lines: string[] = [];
  const logOf = (who: string): ParentLog => {
    const write = (level: string) => (_: object, message: string) => void lines.push(`${who} ${level} ${message}`);
    const all = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    return { ...all, child: () => logOf('child') };
  };
  const clock = new VirtualClock();
  const level = new LogLevel(configured, clock);
  return { lines, clock, level, log: level.over(logOf('parent')) };
}

test('what was made of a log before the level changed follows it', () => {
  const { lines, level, log } = bench();
  const child = log.child({ device: 'a' });
  child.debug({}, 'one');
  level.set('debug');
  child.debug({}, 'two');
  level.set('error');
  child.warn({}, 'three');
  log.error({}, 'four');
  expect(lines).toEqual(['child debug two', 'parent error four']);
});

test('silent is silent', () => {
  const { lines, log } = bench('silent');
  log.error({}, 'one');
  expect(lines).toEqual([]);
});

test('a level for a time goes back to what the configuration says, also after another one in between', async () => {
  const { clock, level } = bench('warn');
  level.set('info');
  level.set('debug', 60_000);
  expect([level.current, level.until]).toEqual(['debug', clock.now() + 60_000]);
  await clock.advance(59_999);
  expect(level.current).toBe('debug');
  await clock.advance(1);
  expect([level.current, level.until]).toEqual(['warn', undefined]);
});

test('one that is set for good in between stays', async () => {
  const { clock, level } = bench();
  level.set('debug', 60_000);
  level.set('trace');
  await clock.advance(120_000);
  expect(level.current).toBe('trace');
});
