import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scpiSupply } from '../../drivers/scpi-supply/driver.ts';
import { scpiSupplySimulator } from '../../simulators/scpi-supply/index.ts';
import { openPty } from '../../simulators/wire/pty.ts';
import { systemClock } from '../../src/clock.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { serial } from '../../src/transport/index.ts';
import { live } from '../support/live.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

/** A supply with this serial number, and every line that it was told. */
function supply(serialNumber: string) {
  const options = { identity: `ACME,PS-1,${serialNumber},1.0`, slewVoltsPerSecond: 1000 };
  const simulator = scpiSupplySimulator.create({ clock: systemClock, seed: 1, options });
  onTestFinished(() => simulator.close());
  const lines: string[] = [];
  const serve = (far: ByteConnection): void => {
    let input = '';
    far.onData((chunk) => {
      input += Buffer.from(chunk).toString('latin1');
      const parts = input.split('\n');
      input = parts.pop() ?? '';
      lines.push(...parts);
    });
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  };
  return { ...simulator, lines, serve };
}

async function plugged() {
  const folder = mkdtempSync(join(tmpdir(), 'bellcrank-identity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pty = await openPty(join(folder, 'port'));
  onTestFinished(() => pty.close());
  const first = supply('0001');
  first.serve(pty.far);
  const rig = live(scpiSupply, [{ id: 'psu', transport: serial, settings: { path: pty.path } }]);
  const psu = rig.device('psu');
  const ready = () =>
    expect
      .poll(() => [psu.state, psu.reading('voltage-setpoint').quality], { timeout: 8000 })
      .toEqual(['ready', 'good']);
  await ready();
  return { pty, rig, psu, first, ready };
}

test('the same device plugged in again: identified, brought back, read anew, and nothing is replayed', async () => {
  const { pty, rig, psu, first, ready } = await plugged();
  expect(psu.identity).toBe('ACME,PS-1,0001,1.0');
  expect(await rig.submit('psu', 'set-voltage', { volts: 5 })).toMatchObject({ outcome: 'succeeded' });
  await expect.poll(() => psu.reading('voltage-setpoint').value, { timeout: 8000 }).toBe(5);
  await pty.unplug();
  await expect.poll(() => psu.state).toBe('offline');
  expect(psu.reading('voltage-setpoint')).toMatchObject({ value: 5, quality: 'stale' });
  // Its power was cut as well: what it was set to is gone, and nobody pretends otherwise.
  first.behaviour.reset();
  first.lines.length = 0;
  first.serve(await pty.replug());
  await ready();
  expect(first.lines[0]).toBe('*IDN?');
  expect(first.lines.filter((line) => !line.endsWith('?'))).toEqual([]);
  await expect.poll(() => psu.reading('voltage-setpoint').value, { timeout: 8000 }).toBe(0);
});

test('another device on the same path hears nothing but the question who it is, until an operator accepts it', async () => {
  const { pty, rig, psu, first, ready } = await plugged();
  await pty.unplug();
  await expect.poll(() => psu.state).toBe('offline');
  const second = supply('0002');
  second.serve(await pty.replug());
  await expect.poll(() => psu.refusal()?.code, { timeout: 8000 }).toBe('identity-mismatch');
  expect(psu.detail).toContain('0002');
  expect(psu.detail).toContain('0001');
  expect(psu.detail).toContain('acceptIdentity');
  const record = await rig.submit('psu', 'output', { on: true });
  expect(record).toMatchObject({ outcome: 'not-sent', error: { code: 'identity-mismatch' } });
  // It is asked again and again, and told nothing.
  await expect.poll(() => second.lines.length, { timeout: 8000 }).toBeGreaterThan(1);
  expect(new Set(second.lines)).toEqual(new Set(['*IDN?']));

  await pty.unplug();
  first.serve(await pty.replug());
  await ready();
  expect(await rig.submit('psu', 'output', { on: true })).toMatchObject({ outcome: 'succeeded' });

  await pty.unplug();
  await expect.poll(() => psu.state).toBe('offline');
  second.serve(await pty.replug());
  await expect.poll(() => psu.refusal()?.code, { timeout: 8000 }).toBe('identity-mismatch');
  psu.acceptIdentity();
  await psu.reconnect('accepted');
  await ready();
  expect(psu.identity).toBe('ACME,PS-1,0002,1.0');
  expect(second.behaviour.isOn).toBe(false);
}, 20_000);

test('a device swapped without the line noticing is found out when it is next brought into step', async () => {
  const { pty, psu, first } = await plugged();
  const { far } = pty;
  first.close();
  const second = supply('0002');
  second.serve(far);
  // The next poll goes unanswered or is answered by the other; only the question who it is can tell.
  second.behaviour.replies.set(undefined, 0);
  await expect.poll(() => psu.state, { timeout: 8000 }).not.toBe('ready');
  second.behaviour.replies.set(0, 0);
  await expect.poll(() => psu.refusal()?.code, { timeout: 12_000 }).toBe('identity-mismatch');
}, 20_000);

test('a driver that only says who it is once it is attached is held to that as well', async () => {
  const plain = toyDriver();
  const told = { identity: 'one' };
  const attach: typeof plain.attach = async (...args) => ({ ...(await plain.attach(...args)), ...told });
  const toy = new ToyDevice();
  const line = new MemoryLine((far) => toy.serve(far));
  const rig = createRig({ ...plain, attach }, { line }, [{ id: 'toy', connection: 'line' }]);
  await rig.until(() => rig.device('toy').state === 'ready');
  told.identity = 'two';
  await line.cut();
  await rig.until(() => rig.device('toy').refusal()?.code === 'identity-mismatch');
  expect(await rig.settled(rig.submit('toy', 'pulse'))).toMatchObject({ error: { code: 'identity-mismatch' } });
  told.identity = 'one';
  await rig.until(() => rig.device('toy').state === 'ready', 60_000);
});
