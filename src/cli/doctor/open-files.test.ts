import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/wire/support.ts';
import { defaultLimits } from '../../http/listening/limits.ts';
import { machine } from '../../transport/ports/index.ts';
import type { Finding } from './finding.ts';
import { checkOpenFiles } from './open-files.ts';

const tcp = { kind: 'transport', transport: 'tcp', settings: {}, simulated: false } as const;
const devices = [{ model: 'toy', seed: 1, options: {} }];
const simulated = (via: 'pty' | 'memory') => ({ kind: 'simulate', via, simulated: true, devices }) as const;

function checked(most: number, count: number, service: readonly number[] = []): Finding {
  const proc = temporaryFolder();
  for (const [name, its] of [
    ['self', most],
    ['4711', 4096],
  ] as const) {
    mkdirSync(join(proc, name));
    writeFileSync(join(proc, name, 'limits'), `Max open files            ${its}                ${its}     files\n`);
  }
  const lines = Object.fromEntries(Array.from({ length: count }, (_, n) => [`line-${n}`, tcp]));
  const connections = { ...lines, port: simulated('pty'), inside: simulated('memory') };
  const config = { connections, server: { limits: defaultLimits } };
  return checkOpenFiles(config, new Set(service), { roots: { ...machine, proc } });
}

test('too few for all devices is a failure, with what to do', () => {
  expect(checked(200, 300)).toEqual({
    check: 'open files',
    status: 'fail',
    detail: 'a process of this user may have 200, which leaves 40 of 303 for devices: others stay offline',
    advice: 'raise that: LimitNOFILE= in the unit of systemd, ulimit -n in a shell',
  });
});

test('enough: what is left for clients; the bound of a service that runs is its own', () => {
  const detail = 'a process of this user may have 1024: 303 for devices, 577 for clients at once';
  expect(checked(1024, 300)).toEqual({ check: 'open files', status: 'ok', detail });
  expect(checked(200, 300, [4711])).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^the service may have 4096: /) as string,
  });
  expect(checked(200, 300, [4712])).toMatchObject({ status: 'unchecked' });
});
