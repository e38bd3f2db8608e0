import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPty } from '../../simulators/wire/pty.ts';
import { serial } from '../../src/transport/index.ts';
import { live } from '../support/live.ts';
import { stoppableClock } from '../support/stopped-clock.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A toy on a real terminal, ready. */
async function plugged() {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-lessons-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pty = await openPty(join(folder, 'port'));
  onTestFinished(() => pty.close());
  const toy = new ToyDevice();
  toy.serve(pty.far);
  const { clock, stop } = stoppableClock();
  const rig = live(toyDriver(), [{ id: 'toy', transport: serial, settings: { path: pty.path } }], clock);
  const device = rig.device('toy');
  await expect.poll(() => device.reading('setpoint').quality, { timeout: 8000 }).toBe('good');
  return { toy, pty, rig, device, stopTime: stop };
}

test('input from before a command never answers it, and is counted', async () => {
  const { toy, pty, rig, device } = await plugged();
  await pty.far.write(Buffer.from('VAL 99\nOK\n'));
  await expect.poll(() => device.unmatched).toBe(2);
  toy.value = 42;
  expect(await rig.submit('toy', 'ask')).toMatchObject({ outcome: 'succeeded', result: { value: 42 } });
});

test('half a line from before a command does not become the beginning of its answer', async () => {
  const { toy, pty, rig, device } = await plugged();
  await pty.far.write(Buffer.from('hum\nVAL 9'));
  await expect.poll(() => device.unmatched).toBe(1);
  toy.value = 42;
  expect(await rig.submit('toy', 'ask')).toMatchObject({ outcome: 'succeeded', result: { value: 42 } });
  expect(device.unmatched).toBe(2);
});

test('answers are whole, however the kernel cuts them', async () => {
  const { pty, rig } = await plugged();
  const { far } = pty;
  const write = far.write.bind(far);
  far.write = async (bytes: Uint8Array) => {
    for (const byte of bytes) await write(Uint8Array.of(byte));
  };
  for (let value = 0; value < 10; value++) {
    expect(await rig.submit('toy', 'set', { value })).toMatchObject({ outcome: 'succeeded', result: { value } });
  }
});

test('everything that waits when the plug is pulled ends at once, each as what it is', async () => {
  const { toy, pty, rig, stopTime } = await plugged();
  toy.mute = true;
  // Else what is asked may be given up before the plug is pulled.
  stopTime();
  const flying = rig.submit('toy', 'pulse');
  await expect.poll(() => toy.executed.length).toBe(1);
  const waiting = Array.from({ length: 10 }, () => rig.submit('toy', 'set', { value: 1 }));
  const reading = rig.device('toy').read('value', 0, new AbortController().signal);
  reading.catch(() => {});
  await pty.unplug();
  expect(await flying).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
  for (const record of await Promise.all(waiting)) expect(record).toMatchObject({ outcome: 'not-sent' });
  await expect(reading).rejects.toMatchObject({ code: 'device-offline' });
});
