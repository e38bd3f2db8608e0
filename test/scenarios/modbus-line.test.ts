import { describe, expect, test } from 'vitest';
import { modbusDriver, oven } from '../../drivers/modbus/index.ts';
import { exceptions, ovenSimulator } from '../../simulators/modbus/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine, type RigDevice } from '../support/rig.ts';

type Framing = 'rtu' | 'mbap';

/** Ovens on one line, each polled as the map says; `asked` is every request that was on the line. */
function ovens(numbers: readonly number[], framing: Framing = 'rtu', more: Partial<RigDevice> = {}) {
  const clock = new VirtualClock();
  const simulator = ovenSimulator.create({ clock, seed: 1, options: { units: numbers.map((unit) => ({ unit })) } });
  const asked: { at: number; bytes: Buffer; unit: number }[] = [];
  const line = new MemoryLine((far) => {
    far.onData((chunk) => {
      const bytes = Buffer.from(chunk);
      asked.push({ at: clock.monotonic(), bytes, unit: bytes[framing === 'rtu' ? 0 : 6] ?? 0 });
    });
    if (simulator.wire.shape === 'bytes') simulator.wire.serve(far);
  });
  const devices = numbers.map((unit) => ({
    id: `oven-${unit}`,
    connection: 'line',
    options: { unit, framing },
    ...more,
  }));
  const rig = createRig(modbusDriver(oven), { line }, devices, { clock });
  const isKnown = (id: string): boolean =>
    Object.keys(oven.properties).every((name) => rig.device(id).reading(name).quality === 'good');
  const ready = (): Promise<void> => rig.until(() => devices.every(({ id }) => isKnown(id)));
  /** Writes to holding registers and coils that were on the line. */
  const writes = (): Buffer[] =>
    asked.map(({ bytes }) => bytes.subarray(framing === 'rtu' ? 1 : 7)).filter(([code = 0]) => code > 4);
  return { rig, simulator, line, asked, writes, ready };
}

async function readyOvens(...args: Parameters<typeof ovens>) {
  const bench = ovens(...args);
  await bench.ready();
  // What was read is a little old, and no poll is due yet.
  await bench.rig.clock.advance(50);
  bench.asked.length = 0;
  return bench;
}

describe.each(['rtu', 'mbap'] as const)('%s', (framing) => {
  test('devices on one line take turns, each gets its own answers, and nobody complains about the others’', async () => {
    const { rig, simulator } = await readyOvens([1, 2, 3], framing);
    for (const unit of [1, 2, 3]) simulator.behaviour(unit).setTemperature(unit * 30);
    await rig.until(() => rig.device('oven-3').reading('temperature').value !== 21);
    await rig.clock.advance(1000);
    for (const unit of [1, 2, 3]) {
      const { value } = rig.device(`oven-${unit}`).reading('temperature');
      expect(Number(value)).toBeGreaterThan(unit * 30 - 3);
      expect(Number(value)).toBeLessThanOrEqual(unit * 30);
      expect(rig.device(`oven-${unit}`).unmatched).toBe(0);
    }
  });

  test('neighbours are polled together', async () => {
    const { rig, asked } = await readyOvens([1], framing);
    await rig.clock.advance(1000);
    const codes = asked.map(({ bytes }) =>
      bytes.subarray(framing === 'rtu' ? 1 : 7, framing === 'rtu' ? 6 : 12).toString('hex'),
    );
    // Input registers 0 to 3 and holding registers 0 to 4; the slow ones have their own period.
    expect(new Set(codes)).toEqual(new Set(['0400000004', '0300000005', '0100000001', '0200000001']));
  });

  test('a dead unit goes offline, and the other goes on', async () => {
    const { rig, simulator } = await readyOvens([1, 2], framing);
    simulator.unit(2).faults.mute();
    const dead = await rig.settled(rig.submit('oven-2', 'write:setpoint', { value: 50 }));
    expect(dead).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
    await rig.until(() => rig.device('oven-2').state === 'offline');
    for (let round = 0; round < 30; round++) {
      const begun = rig.clock.monotonic();
      const record = await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 40 + round }));
      expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed' });
      // The worst case is one probe of the dead one: 300 ms without an answer, and the silence after it.
      expect(rig.clock.monotonic() - begun).toBeLessThan(700);
      await rig.clock.advance(300);
    }
    simulator.unit(2).faults.clear();
    await rig.until(() => rig.device('oven-2').state === 'ready', 40_000);
  });

  test('an answer that comes too late never answers the next request, and resolves its own command', async () => {
    const { rig, simulator } = await readyOvens([1], framing);
    simulator.unit(1).faults.delay(360, 1);
    const late = await rig.settled(rig.submit('oven-1', 'reset-alarm'));
    expect(late).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
    const next = await rig.settled(rig.submit('oven-1', 'version'));
    expect(next).toMatchObject({ outcome: 'succeeded', result: { version: 'v1.0' } });
    await rig.until(() => late.resolvedLate === true);
    expect(late).toMatchObject({ outcome: 'succeeded', result: {} });
  });

  test('a late answer to a read of the same shape is not taken for the next one’s', async () => {
    const { rig, simulator } = await readyOvens([1], framing);
    simulator.unit(1).faults.delay(310, 1);
    const ask = (name: string) => rig.device('oven-1').read(name, 0, new AbortController().signal);
    const first = ask('setpoint').catch((error: unknown) => error);
    await rig.until(() => simulator.unit(1).requests.at(-1)?.toString('hex') === '0300000001');
    expect(await rig.settled(first)).toMatchObject({ code: 'device-timeout' });
    // The old answer says 21; what is read from now on is what the oven has.
    simulator.unit(1).bank.set('setpoint', 99);
    expect(await rig.settled(ask('setpoint'))).toMatchObject({ value: 99, quality: 'good' });
    expect(await rig.settled(ask('ramp'))).toMatchObject({ value: 0, quality: 'good' });
  });

  test.each([
    ['a wrong last byte', (frame: Buffer) => flipped(frame, frame.length - 1)],
    ['a wrong function', (frame: Buffer) => flipped(frame, framing === 'rtu' ? 1 : 7)],
    ['a wrong address', (frame: Buffer) => flipped(frame, framing === 'rtu' ? 3 : 9)],
    ['no end', (frame: Buffer) => frame.subarray(0, -1)],
    ['only a beginning', (frame: Buffer) => frame.subarray(0, 2)],
    ['nothing but noise', () => Buffer.from('ffee0011', 'hex')],
  ])('a write whose answer has %s is unknown, and the next command works', async (name, twist) => {
    const { rig, simulator } = await readyOvens([1], framing);
    simulator.unit(1).faults.twist(twist, 1);
    const record = await rig.settled(rig.submit('oven-1', 'heat', { celsius: 80 }));
    expect(record.outcome).toBe('unknown');
    expect(['device-protocol', 'device-timeout']).toContain(record.error?.code);
    const [tally] = rig.registry.tallies.all;
    if (framing === 'rtu' && name === 'a wrong last byte') expect(tally?.checksumErrors).toBe(1);
    expect(await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 70 }))).toMatchObject({
      outcome: 'succeeded',
    });
    expect(simulator.unit(1).bank.get('setpoint')).toBe(70);
  });

  test('an answer in another unit’s name is not accepted', async () => {
    const { rig, simulator } = await readyOvens([1, 2], framing);
    simulator.unit(1).faults.answerAs(2, 1);
    const record = await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 50 }));
    expect(record.outcome).toBe('unknown');
    expect(record.confirmation).not.toBe('acknowledged');
    if (framing === 'rtu') expect(rig.device('oven-1').unmatched).toBeGreaterThan(0);
    expect(await rig.settled(rig.submit('oven-2', 'version'))).toMatchObject({ outcome: 'succeeded' });
  });

  test('a line that is cut while a write waits for its answer leaves it unknown', async () => {
    const { rig, simulator, line } = await readyOvens([1], framing);
    simulator.unit(1).faults.mute(1);
    const writing = rig.submit('oven-1', 'write:setpoint', { value: 50 });
    await rig.until(() => simulator.unit(1).bank.get('setpoint') === 50);
    await line.cut();
    expect(await rig.settled(writing)).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
    await rig.until(() => rig.device('oven-1').state === 'ready');
    expect(simulator.unit(1).requests.filter(([code]) => code === 6)).toHaveLength(1);
  });

  test('stop reaches the oven while it answers nothing', async () => {
    const { rig, simulator, writes } = await readyOvens([1, 2], framing);
    await rig.settled(rig.submit('oven-1', 'heat', { celsius: 80 }));
    simulator.unit(1).faults.mute(1);
    const hanging = rig.submit('oven-1', 'write:ramp', { value: 5 });
    await rig.until(() => simulator.unit(1).bank.get('ramp') === 5);
    const stopped = await rig.settled(rig.device('oven-1').stop('stop-1'), 500);
    expect(stopped.invoked).toMatchObject({ returned: true, level: 'acknowledged' });
    expect(simulator.unit(1).bank.get('heater-on')).toBe(false);
    expect((await rig.settled(hanging)).outcome).toBe('unknown');
    expect(writes().at(-1)?.subarray(0, 5).toString('hex')).toBe('0500000000');
  });
});

function flipped(frame: Buffer, at: number): Buffer {
  const bytes = Buffer.from(frame);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

test('a verified write is confirmed by what the oven then holds, within what the register can tell', async () => {
  const { rig, simulator } = await readyOvens([1]);
  const record = await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 61.23 }));
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed' });
  expect(simulator.unit(1).bank.get('setpoint')).toBe(61.2);
});

test('a refusal keeps the device’s code and changes nothing', async () => {
  const { rig, simulator } = await readyOvens([1]);
  simulator.unit(1).faults.refuse(exceptions.illegalAddress, 1);
  const record = await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 50 }));
  expect(record).toMatchObject({
    outcome: 'refused',
    error: { code: 'device-refused', device: { code: '02', text: 'ILLEGAL DATA ADDRESS' } },
  });
});

test('a command whose second write is refused has failed half-way, and says so', async () => {
  const { rig, simulator } = await readyOvens([1]);
  simulator.behaviour(1).breakSensor(true);
  const record = await rig.settled(rig.submit('oven-1', 'heat', { celsius: 80 }));
  expect(record).toMatchObject({ outcome: 'failed', error: { code: 'device-failed', device: { code: '03' } } });
  expect(simulator.unit(1).bank.get('setpoint')).toBe(80);
});

test('a gateway whose device did not answer leaves a write unknown', async () => {
  const { rig, simulator } = await readyOvens([1], 'mbap');
  simulator.unit(1).faults.refuse(exceptions.gatewayTarget, 1);
  const record = await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 50 }));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout', device: { code: '0B' } } });
});

test('a busy device has refused; the command is sent again only if it is configured, and only what sets', async () => {
  const off = await readyOvens([1]);
  off.simulator.unit(1).faults.refuse(exceptions.busy, 1);
  expect(await off.rig.settled(off.rig.submit('oven-1', 'write:ramp', { value: 5 }))).toMatchObject({
    outcome: 'refused',
    error: { code: 'busy', device: { code: '06' } },
  });
  expect(off.simulator.unit(1).bank.get('ramp')).toBe(0);

  const on = await readyOvens([1], 'rtu', { retries: 3 });
  on.simulator.unit(1).faults.refuse(exceptions.busy, 2);
  const begun = on.rig.clock.monotonic();
  const record = await on.rig.settled(on.rig.submit('oven-1', 'write:ramp', { value: 5 }));
  expect(record).toMatchObject({ outcome: 'succeeded', attempts: 3 });
  // It is given time in between.
  expect(on.rig.clock.monotonic() - begun).toBeGreaterThanOrEqual(200);
  on.simulator.unit(1).faults.refuse(exceptions.busy, 1);
  expect(await on.rig.settled(on.rig.submit('oven-1', 'write:setpoint', { value: 50 }))).toMatchObject({
    outcome: 'refused',
  });
});

test('a device that is busy when it is read back did not refuse what was written', async () => {
  const { rig, simulator } = await readyOvens([1]);
  const it = simulator.behaviour(1);
  const written = it.written.bind(it);
  it.written = (name) => {
    written(name);
    simulator.unit(1).faults.refuse(exceptions.busy, 1);
  };
  const record = await rig.settled(rig.submit('oven-1', 'write:setpoint', { value: 50 }));
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-protocol' } });
  expect(simulator.unit(1).bank.get('setpoint')).toBe(50);
});

test('a poll that the device refuses as a whole is repeated one by one, and the one that is missing says why', async () => {
  const { rig, simulator, asked } = ovens([1]);
  const { bank } = simulator.unit(1);
  const read = bank.read.bind(bank);
  // This oven has no ramp.
  bank.read = (span) =>
    span.table === 'holding' && span.address <= 1 && span.address + span.count > 1
      ? exceptions.illegalAddress
      : read(span);
  await rig.until(() => rig.device('oven-1').reading('setpoint').quality === 'good');
  await rig.until(() => rig.device('oven-1').reading('power-limit').quality === 'good');
  expect(rig.device('oven-1').reading('ramp')).toMatchObject({ quality: 'bad' });
  expect(rig.device('oven-1').reading('ramp').error).toContain('ILLEGAL DATA ADDRESS');
  expect(rig.device('oven-1').state).toBe('ready');
  asked.length = 0;
  await rig.clock.advance(1000);
  // It is remembered: the whole is not tried again.
  expect(asked.map(({ bytes }) => bytes.subarray(1, 6).toString('hex'))).not.toContain('0300000005');
});

test('a broken sensor makes one reading bad, and no other', async () => {
  const { rig, simulator } = await readyOvens([1]);
  simulator.behaviour(1).breakSensor(true);
  await rig.until(() => rig.device('oven-1').reading('temperature').quality === 'bad');
  await rig.clock.advance(1000);
  expect(rig.device('oven-1').reading('power').quality).toBe('good');
  expect(rig.device('oven-1').reading('alarm').value).toBe('sensor');
  expect(rig.device('oven-1').state).toBe('ready');
});

test('two devices with one address are the same hardware', () => {
  const driver = modbusDriver(oven);
  expect(driver.address?.({ unit: 3 })).toBe(driver.address?.({ unit: 3, framing: 'rtu' }));
  expect(driver.address?.({})).toBe('1');
});
