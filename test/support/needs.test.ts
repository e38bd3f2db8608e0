import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { browserPath, needs, peersFolder, pathOf } from './needs.ts';

const absent = (): undefined => undefined;

test('a missing program skips by name and says how to get it', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(needs('mosquitto', 'restarts', { find: absent, required: false })).toBe(false);
  expect(write).toHaveBeenCalledWith('skipped: "restarts" needs mosquitto: apt-get install mosquitto\n');
  write.mockRestore();
});

test('where everything is required it fails instead', () => {
  expect(() => needs('mosquitto', 'restarts', { find: absent, required: true })).toThrow('apt-get install mosquitto');
});

test('an installed program is found', () => {
  expect(pathOf('sh')).toMatch(/\/sh$/);
  expect(pathOf('no-such-program')).toBeUndefined();
  expect(needs('mosquitto', 'restarts', { find: () => '/x', required: true })).toBe(true);
});

test('what is installed beside the tests is found there', () => {
  const there = existsSync(join(peersFolder, 'node_modules'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(needs('peers', 'what is held against others', { required: false })).toBe(there);
  vi.restoreAllMocks();
});

test('the browser without windows comes first, and the other one does', () => {
  expect(browserPath((name) => `/${name}`)).toBe('/chromium-headless-shell');
  expect(browserPath((name) => (name === 'chromium' ? '/chromium' : undefined))).toBe('/chromium');
  expect(browserPath(absent)).toBeUndefined();
});
