import { expect, test } from 'vitest';
import { load, problemsOf } from './fixture.ts';
import { withRenames } from './version.ts';

test('a file without a version is of version 1, and one that says so as well', async () => {
  expect(await load('{}')).toMatchObject({ ok: true });
  expect(await load('version: 1')).toMatchObject({ ok: true });
});

test('of a newer file nothing is said but what to do, and its drivers are not loaded', async () => {
  const importModule = (): never => {
    throw new Error('loaded');
  };
  const text = 'version: 2\nservers: {}\ndrivers: [./mine.ts]\n';
  const loaded = await load(text, { importModule });
  expect(loaded).toEqual({
    ok: false,
    problems: [
      {
        source: 'lab.yaml',
        line: 1,
        column: 10,
        path: 'version',
        detail:
          'is 2, and this Bellcrank reads version 1 and older; install a newer Bellcrank (npm install bellcrank@latest), ' +
          'or use the file that was written for this one',
      },
    ],
  });
});

test.each(['0', '1.5', '"1"', 'null'])('%s is no version', async (version) => {
  expect(await problemsOf(`version: ${version}`)).toEqual([expect.stringMatching(/^lab\.yaml:1:10: version: must be/)]);
});

test('a key that was renamed is told with its new name, an unknown one as before', async () => {
  const now = 'is called onShutdown since version 2; rename it';
  const renames = [{ from: ['devices', '*', 'onEnd'], now }];
  const text = `connections: { line: { serial: { path: /dev/ttyS0 } } }
devices: { psu: { driver: supply, connection: line, onEnd: stop, onEnds: stop } }`;
  const loaded = await load(text, { renames });
  const told = loaded.ok ? [] : loaded.problems.map(({ path, detail }) => `${path} ${detail}`);
  expect(told).toEqual([`devices.psu.onEnd ${now}`, expect.stringContaining('devices.psu.onEnds is not a known key')]);
  expect(withRenames([{ path: ['devices', 'psu', 'onEnd', 'x'], detail: 'as it was', key: true }], renames)).toEqual([
    { path: ['devices', 'psu', 'onEnd', 'x'], detail: 'as it was', key: true },
  ]);
});
