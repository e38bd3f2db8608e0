import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostIn } from '../../../test/support/doctor.ts';
import { PortTree } from '../../../test/support/port-tree.ts';
import { judgeDisk } from './disk.ts';
import type { Host } from './host.ts';
import { serviceOf } from './running.ts';
import { checkStore } from './store.ts';

function rig(): { tree: PortTree; directory: string; host: (others?: Partial<Host>) => Host } {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  const directory = join(tree.folder, 'store');
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(tree.folder, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\n');
  return { tree, directory, host: (others) => hostIn(tree, others) };
}

test('one that only its owner can read, and one that will be made', async () => {
  const { directory, host, tree } = rig();
  expect(await checkStore(directory, host())).toMatchObject([{ status: 'ok' }]);
  const below = join(directory, 'not', 'yet');
  expect(await checkStore(below, host())).toMatchObject([{ status: 'ok', detail: `will be made in ${directory}` }]);
  tree.forbidden.add(directory);
  expect(await checkStore(below, host())).toMatchObject([{ status: 'fail', advice: expect.stringContaining('chown') }]);
});

test('what others may read or change', async () => {
  const { directory, host } = rig();
  chmodSync(directory, 0o755);
  expect(await checkStore(directory, host())).toEqual([
    {
      check: 'store',
      of: directory,
      status: 'warn',
      detail: 'others may read what is in it (mode 755)',
      advice: `chmod 700 ${directory}`,
    },
  ]);
  chmodSync(directory, 0o777);
  expect(await checkStore(directory, host())).toMatchObject([{ status: 'fail' }]);
});

test('somebody else’s', async () => {
  const { directory, host } = rig();
  expect(await checkStore(directory, host({ uid: 1001 }))).toMatchObject([
    { status: 'fail', detail: 'belongs to ada, and this is ada', advice: expect.stringContaining('run doctor as ada') },
  ]);
});

test('a file in it that a start with sudo left, also where root asks', async () => {
  const { directory, host } = rig();
  const left = join(directory, 'journal.log');
  writeFileSync(left, '');
  const ownerOf = (path: string): Promise<number> => Promise.resolve(path === left ? 0 : 1000);
  for (const uid of [1000, 0]) {
    expect(await checkStore(directory, host({ uid, ownerOf }))).toEqual([
      {
        check: 'store',
        of: directory,
        status: 'fail',
        detail: `belongs to ada, and ${left} in it to root`,
        advice: `give all of it to the user of the service: chown -R ada ${directory}`,
      },
    ]);
  }
});

test('one that a link of root’s leads to, as systemd makes it', async () => {
  const { tree, directory, host } = rig();
  const link = join(tree.folder, 'link');
  symlinkSync(directory, link);
  const file = join(directory, 'index.db');
  writeFileSync(file, '');
  tree.process(4711, 'node', [file]);
  const ownerOf = (path: string): Promise<number> => Promise.resolve(path === link ? 0 : 1000);
  expect(await checkStore(link, host({ ownerOf }))).toMatchObject([{ of: link, status: 'ok' }]);
  expect([...(await serviceOf(link, tree.roots))]).toEqual([4711]);
});

test('who has it open is the service', async () => {
  const { tree, directory } = rig();
  const file = join(directory, 'index.db');
  writeFileSync(file, '');
  tree.process(4711, 'node', [file]).process(4712, 'node', []);
  expect([...(await serviceOf(directory, tree.roots))]).toEqual([4711]);
  expect([...(await serviceOf(join(directory, 'none'), tree.roots))]).toEqual([]);
});

test.each([
  [80_000, 'ok'],
  [500, 'ok'],
  [499, 'warn'],
  [49, 'fail'],
])('%i MB free: %s', (megabytes, status) => {
  expect(judgeDisk('/store', megabytes)).toMatchObject({ status, detail: `${megabytes} MB free` });
});
