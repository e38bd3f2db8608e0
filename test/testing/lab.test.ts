import { beforeAll, expect, test } from 'vitest';
import { createLab } from '../../src/testing/index.ts';

/** The first one loads the whole service. */
beforeAll(async () => await (await createLab({ devices: {} })).close(), 60_000);

const supply = { model: 'scpi-supply', simulate: { slewVoltsPerSecond: 50 } } as const;

test('a command runs to its end, with all the time that it takes on the clock', async () => {
  await using lab = await createLab({ devices: { 'psu-1': supply } });
  const psu = lab.device('psu-1');
  psu.wire.expect('VOLT 5');
  expect(await psu.command('set-voltage', { volts: 5 })).toMatchObject({ outcome: 'succeeded', simulated: true });
  expect(await psu.command('output', { on: true })).toMatchObject({ outcome: 'succeeded' });
  await lab.clock.advance(200);
  expect(await psu.read('measured-voltage')).toBeCloseTo(5, 2);
  expect(await psu.write('voltage-setpoint', 3)).toMatchObject({
    outcome: 'succeeded',
    command: 'write:voltage-setpoint',
  });
  expect(await psu.read('voltage-setpoint')).toBe(3);
});

test('what a device tells by itself is a reading, and whoever wants to read it is told so', async () => {
  await using lab = await createLab({ devices: { gps: { model: 'nmea0183' } } });
  await lab.clock.advance(2000);
  const gps = lab.device('gps');
  await expect(gps.read('satellites-used')).rejects.toMatchObject({
    code: 'no-value',
    message: expect.stringContaining("see reading('satellites-used')"),
  });
  expect(gps.reading('satellites-used')).toMatchObject({ value: expect.any(Number), quality: 'good' });
});

test('what never gets as far as the device', async () => {
  await using lab = await createLab({ devices: { 'psu-1': supply } });
  const psu = lab.device('psu-1');
  await expect(psu.command('set-voltage', { volts: 31 })).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(psu.command('set-voltage', { volts: 'five' })).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(psu.command('fly')).rejects.toMatchObject({ code: 'command-not-found' });
});

test('HTTP without a port, while the clock goes on by itself', async () => {
  await using lab = await createLab({ devices: { 'psu-1': supply } });
  const answer = await lab.http.inject({
    method: 'POST',
    url: '/v1/devices/psu-1/commands/set-voltage',
    payload: { volts: 4 },
  });
  expect(answer.json()).toMatchObject({ outcome: 'succeeded', simulated: true });
  expect((await lab.http.inject('/v1/devices/psu-1')).json()).toMatchObject({ state: 'ready' });
});

test('HTTP with a port', async () => {
  await using lab = await createLab({ devices: { 'psu-1': supply } });
  const { url } = await lab.listen();
  expect(await (await fetch(`${url}/v1/devices/psu-1`)).json()).toMatchObject({ id: 'psu-1', state: 'ready' });
});

test('a command that is started waits for whoever advances the clock', async () => {
  await using lab = await createLab({ devices: { 'psu-1': supply } });
  const psu = lab.device('psu-1');
  psu.wire.cut();
  await lab.clock.advance(0);
  expect(psu.status).not.toBe('ready');
  expect(await psu.command('output', { on: true })).toMatchObject({ outcome: 'not-sent', reason: 'offline' });
  await psu.until('ready');
  const { record, ended } = await psu.start('output', { on: true });
  expect(record.state).not.toBe('ended');
  await lab.clock.advance(10);
  expect(await ended).toMatchObject({ outcome: 'succeeded' });
});

test('a stop latches until it is released', async () => {
  await using lab = await createLab({ devices: { 'psu-1': supply } });
  const psu = lab.device('psu-1');
  await psu.command('output', { on: true });
  expect((await psu.stop()).record).toMatchObject({ outcome: 'succeeded' });
  await expect(psu.command('output', { on: true })).rejects.toMatchObject({ code: 'stopped' });
  await psu.release();
  expect(await psu.command('output', { on: true })).toMatchObject({ outcome: 'succeeded' });
});

test('several devices on one line, and several behind one broker', async () => {
  await using lab = await createLab({
    devices: {
      'oven-1': { driver: 'bellcrank-oven', connection: 'line', options: { unit: 1 } },
      'oven-2': { driver: 'bellcrank-oven', connection: 'line', options: { unit: 2 } },
      plug: { driver: 'tasmota', connection: 'broker', options: { topic: 'plug' } },
      lamp: { driver: 'tasmota', connection: 'broker', options: { topic: 'lamp' } },
    },
    connections: {
      line: { model: 'bellcrank-oven', simulate: { units: [{ unit: 1 }, { unit: 2 }] } },
      broker: [
        { model: 'tasmota', simulate: { topic: 'plug' } },
        { model: 'tasmota', simulate: { topic: 'lamp' } },
      ],
    },
  });
  for (const id of ['oven-1', 'oven-2', 'plug', 'lamp']) expect(lab.device(id).status).toBe('ready');
  expect(lab.device('plug').wire).toBe(lab.device('lamp').wire);
});

test('what was expected on the wire and never came fails, and shows what came instead', async () => {
  const lab = await createLab({ devices: { 'psu-1': supply } });
  lab.device('psu-1').wire.expect(/VOLT 6/);
  await lab.device('psu-1').command('set-voltage', { volts: 5 });
  await expect(lab.close()).rejects.toThrow(/never seen:\n {2}✗ → \/VOLT 6\/\n[^]*→ "[^"]*VOLT 5/);
});

test('a lab that is not right is told as a configuration is', async () => {
  await expect(createLab({ devices: { 'psu-1': { model: 'scpi-suply' } } })).rejects.toThrow(/scpi-supply/);
  await expect(createLab({ devices: { 'psu-1': { ...supply, options: { replyTimeoutMs: 'soon' } } } })).rejects.toThrow(
    /replyTimeoutMs/,
  );
});

test('a device that never gets ready fails the start, with the reason and the seed', async () => {
  const psu = { ...supply, options: { identity: 'ACME,PS-1' } };
  await expect(createLab({ devices: { psu }, seed: 42 })).rejects.toThrow(
    /seed 42.*psu is offline, not ready: the device says that it is/,
  );
  await using lab = await createLab({ devices: { psu }, ready: false });
  await lab.device('psu').until('offline');
});

test('two labs of one seed are alike, byte for byte and instant for instant', async () => {
  const run = async (seed: number): Promise<string> => {
    await using lab = await createLab({ devices: { 'psu-1': supply }, seed });
    const psu = lab.device('psu-1');
    await psu.command('set-voltage', { volts: 12 });
    psu.wire.cut();
    await psu.until('ready');
    await lab.clock.advance(5000);
    return psu.wire.transcript;
  };
  expect(await run(7)).toBe(await run(7));
});

test('nothing is left on the clock when it is closed', async () => {
  const lab = await createLab({ devices: { 'psu-1': supply } });
  await lab.device('psu-1').command('output', { on: true });
  await lab.close();
  await lab.clock.advance(60_000);
  expect(lab.clock.pendingTimers).toBe(0);
});

test('what one device heats is what another one meets', async () => {
  await using lab = await createLab({
    devices: { oven: { model: 'bellcrank-oven' }, cold: { model: 'bellcrank-oven', seed: 2 } },
    wiring: [
      {
        from: { connection: 'oven', state: 'temperature' },
        to: { connection: 'cold', state: 'room-temperature' },
        offset: 5,
      },
    ],
  });
  lab.device('oven').setState({ temperature: 35 });
  await lab.clock.advance(600);
  const { temperature } = lab.device('oven').state;
  expect(lab.device('cold').state['room-temperature']).toBeCloseTo(Number(temperature) + 5, 0);
});
