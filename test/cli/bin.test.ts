import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, run } from './run.ts';

test('from a checkout it runs the source', async () => {
  const { code, stdout } = await run('bin/bellcrank.js', ['--version']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
});

test('installed, it runs the compiled program, whatever sources came along', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bellcrank-bin-'));
  try {
    const installed = join(folder, 'node_modules', 'bellcrank');
    for (const name of ['bin', 'src', 'dist/src']) await mkdir(join(installed, name), { recursive: true });
    await writeFile(join(installed, 'package.json'), '{ "type": "module" }');
    await writeFile(join(installed, 'src', 'main.ts'), 'console.log("source");');
    await writeFile(join(installed, 'dist', 'src', 'main.js'), 'console.log("compiled", process.argv[2]);');
    await cp(join(root, 'bin', 'bellcrank.js'), join(installed, 'bin', 'bellcrank.js'));
    const result = await run(join(installed, 'bin', 'bellcrank.js'), ['check']);
    expect(result).toEqual({ code: 0, stdout: 'compiled check\n', stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.skipIf(!existsSync('/dev/full'))('an output that cannot be written is told in words', async () => {
  const full = await open('/dev/full', 'w');
  try {
    const child = spawn(process.execPath, ['bin/bellcrank.js', 'schema'], {
      cwd: root,
      stdio: ['ignore', full.fd, 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, said]).toEqual([1, expect.stringMatching(/^the output cannot be written: ENOSPC[^\n]*\n$/)]);
  } finally {
    await full.close();
  }
});

describe('an older Node is told what to run instead', () => {
  // What the script asks an old Node for is its version.
  const old = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })";
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}` };

  test('in a checkout', async () => {
    const { code, stdout, stderr } = await run('bin/bellcrank.js', ['serve'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^bellcrank needs Node 24 or newer, .*npm rebuild node --ignore-scripts=false\)\n$/);
  });

  test('installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bellcrank-bin-'));
    try {
      const installed = join(folder, 'node_modules', 'bellcrank');
      await cp(join(root, 'bin'), join(installed, 'bin'), { recursive: true });
      await writeFile(join(installed, 'package.json'), '{ "type": "module" }');
      const { code, stderr } = await run(join(installed, 'bin', 'bellcrank.js'), ['serve'], env);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/npx -p node@24 -p bellcrank bellcrank\n$/)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
