import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { closeLimitMs } from '../../src/cli/process.ts';
import { root } from '../cli/run.ts';
import { needs } from '../support/needs.ts';
import { temporaryFolder } from '../wire/support.ts';

const unit = join(root, 'examples/systemd/bellcrank.service');
const rules = readFileSync(join(root, 'examples/udev/60-bellcrank.rules'), 'utf8');

describe.skipIf(!needs('systemd-analyze', 'the systemd unit'))('the systemd unit', () => {
  test('is well-formed', async () => {
    // Its programs need not be where it looks for them.
    const file = join(temporaryFolder(), 'bellcrank.service');
    writeFileSync(file, readFileSync(unit, 'utf8').replace('/usr/bin/node', '/bin/true'));
    const { stdout, stderr } = await promisify(execFile)('systemd-analyze', ['verify', file]);
    expect(stdout + stderr).toBe('');
  });

  test('exposes little', async () => {
    const { stdout } = await promisify(execFile)('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=20',
      unit,
    ]);
    expect(Number(/exposure level for bellcrank\.service: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2);
  });
});

test('the unit waits longer for the end than that takes, and asks for another configuration by SIGHUP', () => {
  const text = readFileSync(unit, 'utf8');
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(closeLimitMs / 1000);
  expect(text).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
  // systemd.service(5): for `on-failure` an end by SIGHUP is none, and that is what one does before anything listens to it.
  expect(text).toMatch(/^RestartForceExitStatus=SIGHUP$/m);
  expect(text).toMatch(/^DynamicUser=yes$/m);
  expect(text).toMatch(/^SupplementaryGroups=dialout$/m);
});

/** udev(7): a key, an operator, a value in quotes, with commas between. */
const pair = /^(?:SUBSYSTEM|KERNELS?|ATTRS?\{\w+\}|ENV\{\w+\}|SYMLINK|GROUP|MODE)(==|\+=|=)"[^"]*"$/;

test('each udev rule is one, matches something before it sets something, and no two give one name', () => {
  const lines = rules.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    const operators = line.split(', ').map((each) => pair.exec(each)?.[1] ?? `what is ${each}`);
    expect(operators.join(' ')).toMatch(/^(== )+(\+?= ?)+$/);
  }
  const names = [...rules.matchAll(/SYMLINK\+="([^"]+)"/g)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('a Node of this machine that is too old says the one line that works', async () => {
  const nodes = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path));
  for (const node of nodes) {
    const { stdout: version } = await promisify(execFile)(node, ['--version']);
    const ran = promisify(execFile)(node, [join(root, 'bin/bellcrank.js'), '--version'], { env: {} });
    const outcome = await ran.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
    const isOld = Number(/^v(\d+)/.exec(version)?.[1]) < 24;
    expect(outcome.code).toBe(isOld ? 1 : 0);
    expect(isOld ? outcome.stderr : outcome.stdout).toMatch(
      isOld ? /^bellcrank needs Node 24 or newer, .*npm rebuild node --ignore-scripts=false\)\n$/ : /^\d+\.\d+\.\d+/,
    );
  }
});
