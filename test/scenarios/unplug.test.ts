import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPty } from '../../simulators/wire/pty.ts';
import { serial } from '../../src/transport/index.ts';
import { live } from '../support/live.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

function somewhere(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-unplug-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'port');
}

const ready = (rig: ReturnType<typeof live>) =>
  expect
    .poll(() => [rig.device('toy').state, rig.device('toy').reading('setpoint').quality], { timeout: 8000 })
    .toEqual(['ready', 'good']);

async function plugged() {
  const toy = new ToyDevice();
  const pty = await openPty(somewhere());
  onTestFinished(() => pty.close());
  toy.serve(pty.far);
  const rig = live(toyDriver(), [{ id: 'toy', transport: serial, settings: { path: pty.path, baudRate: 115_200 } }]);
  await ready(rig);
  return { toy, pty, rig };
}

test('unplugged with a command in flight and one queued, and back under the same path: nothing is sent again', async () => {
  const { toy, pty, rig } = await plugged();
  toy.mute = true;
  const flying = rig.submit('toy', 'pulse');
  const queued = rig.submit('toy', 'set', { value: 8 });
  await expect.poll(() => toy.executed).toEqual(['PULSE']);
  await pty.unplug();
  expect(await flying).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
  expect(await queued).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  expect(await rig.submit('toy', 'set', { value: 9 })).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  toy.mute = false;
  toy.serve(await pty.replug());
  await ready(rig);
  expect(await rig.submit('toy', 'set', { value: 2 })).toMatchObject({ outcome: 'succeeded' });
  expect(toy.executed).toEqual(['PULSE', 'SET 2']);
});

test('a device that is not there at start is found when it is plugged in', async () => {
  const path = somewhere();
  const rig = live(toyDriver(), [{ id: 'toy', transport: serial, settings: { path, baudRate: 115_200 } }]);
  await expect.poll(() => rig.device('toy').detail).toContain('is the device plugged in?');
  expect(await rig.submit('toy', 'pulse')).toMatchObject({ outcome: 'not-sent', error: { code: 'device-offline' } });
  const toy = new ToyDevice();
  const pty = await openPty(path);
  onTestFinished(() => pty.close());
  toy.serve(pty.far);
  await ready(rig);
  expect(toy.executed).toEqual([]);
});

test('over a real line a reply that comes after the timeout never answers the next command', async () => {
  const { toy, rig } = await plugged();
  toy.held = [];
  const late = rig.submit('toy', 'ask');
  await expect.poll(() => toy.held?.length).toBe(1);
  expect(await late).toMatchObject({ outcome: 'failed', error: { code: 'device-timeout' } });
  toy.value = 42;
  const next = rig.submit('toy', 'ask');
  toy.release();
  expect(await next).toMatchObject({ outcome: 'succeeded', result: { value: 42 } });
});

test('over a real line a late reply in quarantine resolves its own command', async () => {
  const { toy, rig } = await plugged();
  toy.held = [];
  const record = await rig.submit('toy', 'set', { value: 5 });
  expect(record.outcome).toBe('unknown');
  toy.release();
  await expect.poll(() => record.resolvedLate).toBe(true);
  expect(record).toMatchObject({ outcome: 'succeeded', result: { value: 5 } });
});
