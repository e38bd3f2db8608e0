import { afterEach, describe, expect, test } from 'vitest';
import { modelOf, oven } from '../../drivers/modbus/index.ts';
import { exceptions } from '../../simulators/modbus/index.ts';
import { BellcrankError, type Confirmation, DryRunEnd, validate } from '../../src/driver/index.ts';
import { makeCall } from '../support/call.ts';
import { type Face, type FaceSettings, type OpenFace, ovenUnit } from '../support/modbus-face.ts';
import { lastOf } from '../support/pace.ts';

const model = modelOf(oven);

interface Ended {
  readonly outcome: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly levels: readonly Confirmation[];
  readonly late: readonly unknown[];
}

/** The contract erases params and calls to `never`; the driver that takes them is the one under test. */
async function run(face: Face, handler: (call: never) => Promise<unknown> | undefined): Promise<Ended> {
  const { call, confirmed, late } = makeCall(face.connection);
  const levels = () => confirmed.map(({ level }) => level).filter((level) => level !== 'sent');
  try {
    const result = await face.pace.settled(Promise.resolve(handler(call as never)));
    return { outcome: 'succeeded', result, levels: levels(), late };
  } catch (error) {
    const outcome = error instanceof BellcrankError ? error.code : 'not an error of ours';
    return { outcome, error, levels: levels(), late };
  }
}

async function command(face: Face, name: string, params: unknown): Promise<Ended> {
  const ended = await run(face, (call) => face.session.commands[name]?.(params as never, call));
  if (ended.outcome === 'succeeded') expect(validate(model.commands[name]?.result ?? {}, ended.result)).toEqual([]);
  return ended;
}

function write(face: Face, name: string, value: unknown): Promise<Ended> {
  return run(face, (call) => face.session.write?.[name]?.(value as never, call));
}

async function read(face: Face, name: string): Promise<unknown> {
  const reading = face.session.read?.[name]?.(makeCall(face.connection).call as never);
  const value: unknown = await face.pace.settled(Promise.resolve(reading));
  expect(validate(model.properties[name]?.schema ?? {}, value), name).toEqual([]);
  return value;
}

async function resync(face: Face): Promise<void> {
  await face.pace.settled(Promise.resolve(face.session.resync?.(makeCall(face.connection).call as never)));
}

/** What every face of the simulated oven must do alike, whatever lies between it and the driver's contract. */
export function modbusConformance(name: string, openFace: OpenFace): void {
  describe(`an oven over ${name}`, () => {
    const opened: Face[] = [];
    const open = async (settings?: FaceSettings): Promise<Face> => {
      const face = await openFace(settings);
      opened.push(face);
      return face;
    };
    afterEach(async () => {
      for (const face of opened.splice(0)) await face.close();
    });
    attaching(open);
    values(open);
    refusals(open);
    stopping(open);
    silence(open);
  });
}

function attaching(open: OpenFace): void {
  test('attaching changes nothing', async () => {
    const { simulator } = await open({
      prepare: (line) => {
        line.unit(ovenUnit).bank.set('setpoint', 80);
        line.unit(ovenUnit).bank.set('heater-on', true);
      },
    });
    expect(simulator.unit(ovenUnit).bank.get('setpoint')).toBe(80);
    expect(simulator.unit(ovenUnit).bank.get('heater-on')).toBe(true);
  });

  test('another device at the address is refused, and none is not found', async () => {
    const prepare: FaceSettings['prepare'] = (line) => line.unit(ovenUnit).bank.set('identity', 'ACME FRIDGE');
    await expect(open({ prepare })).rejects.toMatchObject({ code: 'identity-mismatch' });
    await expect(open({ unit: 8 })).rejects.toMatchObject({ code: 'device-timeout' });
  });
}

function values(open: OpenFace): void {
  test('every property can be read, and is what its schema says', async () => {
    const face = await open();
    for (const name of Object.keys(model.properties)) await read(face, name);
    expect(await read(face, 'temperature')).toBe(21);
    expect(await read(face, 'label')).toBe('OVEN');
    expect(await read(face, 'fan')).toBe('off');
  });

  test.each([
    ['setpoint', 123.4],
    ['setpoint', 0],
    ['ramp', 7.5],
    ['fan', 'high'],
    ['light', true],
    ['power-limit', 0.1],
    ['power-limit', 1234.5],
    ['label', 'Batch 7'],
    ['heater-on', true],
  ])('%s can be set to %j', async (name, value) => {
    const face = await open();
    expect(await write(face, name, value)).toMatchObject({ outcome: 'succeeded', levels: ['acknowledged'] });
    expect(face.simulator.unit(ovenUnit).bank.get(name)).toBe(value);
    expect(await read(face, name)).toBe(value);
  });

  test('bits of one register do not disturb each other', async () => {
    const face = await open();
    await write(face, 'fan', 'high');
    await write(face, 'light', true);
    await write(face, 'fan', 'low');
    expect(await read(face, 'light')).toBe(true);
    await write(face, 'light', false);
    expect(await read(face, 'fan')).toBe('low');
  });

  test('a command of several writes does them all, and the oven heats', async () => {
    const face = await open();
    expect(await command(face, 'heat', { celsius: 60.5 })).toMatchObject({ outcome: 'succeeded', result: {} });
    const isHot = (value: unknown): boolean => typeof value === 'number' && value > 22;
    expect(await lastOf(face.pace, () => read(face, 'temperature'), isHot, 5000)).toBeGreaterThan(22);
    expect(await read(face, 'setpoint')).toBe(60.5);
    expect(await read(face, 'power')).toBeGreaterThan(0);
  });

  test('a command that reads tells what it read', async () => {
    const face = await open();
    expect(await command(face, 'version', {})).toMatchObject({
      outcome: 'succeeded',
      result: { version: 'v1.0' },
      levels: ['acknowledged'],
    });
  });

  test('a broken sensor is no temperature', async () => {
    const face = await open();
    face.simulator.behaviour(ovenUnit).breakSensor(true);
    await expect(read(face, 'temperature')).rejects.toMatchObject({ code: 'device-failed' });
    expect(await read(face, 'alarm')).toBe('sensor');
  });

  test('a dry run does nothing and ends', async () => {
    const face = await open();
    const { call } = makeCall(face.connection, { dryRun: true });
    const ended = face.pace.settled(Promise.resolve(face.session.write?.['setpoint']?.(50 as never, call as never)));
    await expect(ended).rejects.toBeInstanceOf(DryRunEnd);
    await expect(ended).rejects.toMatchObject({ complete: true });
    expect(face.simulator.unit(ovenUnit).bank.get('setpoint')).toBe(21);
  });
}

function refusals(open: OpenFace): void {
  test('what the oven refuses changes nothing, and keeps its code', async () => {
    const face = await open();
    face.simulator.behaviour(ovenUnit).breakSensor(true);
    expect(await command(face, 'reset-alarm', {})).toMatchObject({
      outcome: 'device-refused',
      error: { device: { code: '03' } },
      levels: [],
    });
    face.simulator.behaviour(ovenUnit).breakSensor(false);
    expect(await command(face, 'reset-alarm', {})).toMatchObject({ outcome: 'succeeded' });
    expect(await read(face, 'alarm')).toBe('none');
  });

  test.each([
    [exceptions.illegalFunction, 'device-refused', '01'],
    [exceptions.illegalAddress, 'device-refused', '02'],
    [exceptions.illegalValue, 'device-refused', '03'],
    [exceptions.deviceFailure, 'device-failed', '04'],
    [exceptions.acknowledge, 'device-protocol', '05'],
    [exceptions.busy, 'busy', '06'],
    [exceptions.gatewayPath, 'device-offline', '0A'],
    [exceptions.gatewayTarget, 'device-timeout', '0B'],
    [0x55, 'device-failed', '55'],
  ])('exception %i of a write is told as %s', async (exception, outcome, code) => {
    const face = await open();
    face.simulator.unit(ovenUnit).faults.refuse(exception, 1);
    expect(await write(face, 'setpoint', 50)).toMatchObject({ outcome, error: { device: { code } }, levels: [] });
    expect(face.simulator.unit(ovenUnit).bank.get('setpoint')).toBe(21);
    // The runtime does so after what is no answer of the device's own.
    if (!['device-refused', 'device-failed', 'busy'].includes(outcome)) await resync(face);
    expect(await write(face, 'setpoint', 50)).toMatchObject({ outcome: 'succeeded' });
  });
}

function stopping(open: OpenFace): void {
  test('stop turns the heater off, and says so', async () => {
    const face = await open();
    await command(face, 'heat', { celsius: 60 });
    expect(await run(face, (call) => face.session.stop?.(call))).toMatchObject({
      outcome: 'succeeded',
      levels: ['acknowledged'],
    });
    expect(face.simulator.unit(ovenUnit).bank.get('heater-on')).toBe(false);
  });

  test('stop goes out although the last request was never answered', async () => {
    const face = await open();
    await write(face, 'heater-on', true);
    face.simulator.unit(ovenUnit).faults.mute(1);
    await expect(read(face, 'temperature')).rejects.toMatchObject({ code: 'device-timeout' });
    expect(await run(face, (call) => face.session.stop?.(call))).toMatchObject({ outcome: 'succeeded' });
    expect(face.simulator.unit(ovenUnit).bank.get('heater-on')).toBe(false);
    expect(await read(face, 'setpoint')).toBe(21);
  });
}

function silence(open: OpenFace): void {
  test('no answer is neither success nor failure, and after a resync all is well', async () => {
    const face = await open();
    face.simulator.unit(ovenUnit).faults.mute(1);
    expect(await write(face, 'setpoint', 50)).toMatchObject({ outcome: 'device-timeout', levels: [], late: [] });
    await resync(face);
    expect(await read(face, 'setpoint')).toBe(50);
  });

  test('a late answer resolves its command', async () => {
    const face = await open();
    face.simulator.unit(ovenUnit).faults.delay(face.replyTimeoutMs + face.lateMs, 1);
    const ended = await command(face, 'reset-alarm', {});
    expect(ended).toMatchObject({ outcome: 'device-timeout', late: [] });
    expect(await lastOf(face.pace, () => ended.late.length, Boolean)).toBe(1);
    expect(ended.late).toEqual([{}]);
  });

  test('a late answer never answers the next read', async () => {
    const face = await open({ prepare: (line) => line.unit(ovenUnit).bank.set('ramp', 9) });
    face.simulator.unit(ovenUnit).faults.delay(face.replyTimeoutMs + face.lateMs, 1);
    await expect(read(face, 'setpoint')).rejects.toMatchObject({ code: 'device-timeout' });
    expect(await read(face, 'ramp')).toBe(9);
    expect(await read(face, 'setpoint')).toBe(21);
  });

  test('an abort ends a command with its reason', async () => {
    const face = await open();
    face.simulator.unit(ovenUnit).faults.mute(1);
    const { call, abort } = makeCall(face.connection);
    const ended = Promise.resolve(face.session.write?.['setpoint']?.(33 as never, call as never));
    const reason = new Error('the deadline passed');
    const rejected = expect(ended).rejects.toBe(reason);
    expect(
      await lastOf(
        face.pace,
        () => face.simulator.unit(ovenUnit).bank.get('setpoint'),
        (set) => set === 33,
      ),
    ).toBe(33);
    abort(reason);
    await rejected;
  });
}
