import { afterEach, describe, expect, test } from 'vitest';
import { model } from '../../drivers/scpi-supply/model.ts';
import { BellcrankError, type Confirmation, DryRunEnd, validate } from '../../src/driver/index.ts';
import { makeCall } from '../support/call.ts';
import { type Face, type FaceSettings, type OpenFace } from '../support/supply-face.ts';
import { lastOf } from '../support/pace.ts';

type CommandName = keyof typeof model.commands;
type PropertyName = keyof typeof model.properties;

interface Ended {
  readonly outcome: string;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly levels: readonly Confirmation[];
  readonly late: readonly unknown[];
}

/** A command without the runtime; the outcome is what the handler itself makes certain. */
async function command(face: Face, name: CommandName, params: unknown): Promise<Ended> {
  const handler = face.session.commands[name];
  const ended = await run(face, (call) => handler?.(params as never, call));
  if (ended.outcome === 'succeeded') expect(validate(model.commands[name].result, ended.result)).toEqual([]);
  return ended;
}

/** The contract erases params and calls to `never`; the driver that takes them is the one under test. */
async function run(face: Face, handler: (call: never) => Promise<unknown> | undefined): Promise<Ended> {
  const { call, confirmed, late } = makeCall(face.connection);
  const levels = () => confirmed.map(({ level }) => level);
  try {
    const result = await face.pace.settled(Promise.resolve(handler(call as never)));
    return { outcome: 'succeeded', result, levels: levels(), late };
  } catch (error) {
    const outcome = error instanceof BellcrankError ? (error.outcome ?? 'not told') : 'not an error of ours';
    return { outcome, error, levels: levels(), late };
  }
}

async function read(face: Face, name: PropertyName): Promise<unknown> {
  const handler = face.session.read?.[name];
  const value: unknown = await face.pace.settled(Promise.resolve(handler?.(makeCall(face.connection).call as never)));
  expect(validate(model.properties[name].schema, value)).toEqual([]);
  return value;
}

async function resync(face: Face): Promise<void> {
  await face.pace.settled(Promise.resolve(face.session.resync?.(makeCall(face.connection).call as never)));
}

/** Polls as a client would: the output takes its time to get there. */
async function reaches(face: Face, name: PropertyName, value: number): Promise<void> {
  const isThere = (told: unknown): boolean => Math.abs(Number(told) - value) < 5e-5;
  expect(await lastOf(face.pace, () => read(face, name), isThere, 5000)).toBeCloseTo(value, 4);
}

async function lateOf({ pace, lateMs }: Face, { late }: Ended): Promise<readonly unknown[]> {
  return await lastOf(
    pace,
    () => late,
    () => late.length > 0,
    lateMs + 2000,
  );
}

/** What every face of the simulated supply must do alike, whatever lies between it and the driver's contract. */
export function scpiSupplyConformance(name: string, openFace: OpenFace): void {
  describe(`scpi-supply over ${name}`, () => {
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
    settings(open);
    refusals(open);
    stopping(open);
    silence(open);
  });
}

function attaching(open: OpenFace): void {
  test('attaching changes nothing', async () => {
    const { behaviour } = await open({
      prepare: (supply) => {
        supply.setVoltage(7);
        supply.setCurrent(2);
        supply.setOutput(true);
      },
    });
    expect(behaviour).toMatchObject({ voltageSetpoint: 7, currentSetpoint: 2, isOn: true });
  });

  test('attaching reports what was in the error queue', async () => {
    const { told } = await open({ prepare: (supply) => supply.pushError(-240, 'Hardware error;"fan"') });
    expect(told.events).toEqual([{ event: 'device-error', data: { code: -240, text: 'Hardware error;"fan"' } }]);
    expect(validate(model.events['device-error'].data, told.events[0]?.data)).toEqual([]);
  });

  test('a full error queue ends with its overflow', async () => {
    const { told } = await open({
      prepare: (supply) => {
        for (let code = 1; code <= 25; code++) supply.pushError(code, 'Fault');
      },
    });
    expect(told.events).toHaveLength(20);
    expect(told.events.at(-1)).toMatchObject({ data: { code: -350 } });
  });

  test('another device on the port is refused', async () => {
    await expect(open({ identity: 'ACME,PS-1' })).rejects.toMatchObject({ code: 'identity-mismatch' });
    const face = await open({ identity: 'BELLCRANK,SIM-SUPPLY' });
    expect(await read(face, 'output-enabled')).toBe(false);
  });
}

function settings(open: OpenFace): void {
  test('a setting is acknowledged, read back and reached', async () => {
    const face = await open();
    expect(await command(face, 'set-voltage', { volts: 5.25 })).toMatchObject({
      outcome: 'succeeded',
      result: {},
      levels: ['acknowledged'],
    });
    expect(await command(face, 'output', { on: true })).toMatchObject({ outcome: 'succeeded' });
    expect(await read(face, 'voltage-setpoint')).toBe(5.25);
    expect(await read(face, 'output-enabled')).toBe(true);
    await reaches(face, 'measured-voltage', 5.25);
    await reaches(face, 'measured-current', 0.525);
    await reaches(face, 'measured-power', 5.25 * 0.525);
  });

  test('above the current limit the supply holds the current', async () => {
    const face = await open();
    face.behaviour.setLoad(2);
    await command(face, 'set-current', { amps: 0.5 });
    await command(face, 'set-voltage', { volts: 10 });
    await command(face, 'output', { on: true });
    await reaches(face, 'measured-current', 0.5);
    await reaches(face, 'measured-voltage', 1);
    expect(await read(face, 'current-setpoint')).toBe(0.5);
  });

  test('setpoints can be written as properties', async () => {
    const face = await open();
    const { session } = face;
    const volts = await run(face, (call) => session.write?.['voltage-setpoint']?.(3 as never, call));
    const amps = await run(face, (call) => session.write?.['current-setpoint']?.(0.25 as never, call));
    for (const ended of [volts, amps]) {
      expect(ended).toMatchObject({ outcome: 'succeeded', result: undefined, levels: ['acknowledged'] });
    }
    expect(face.behaviour).toMatchObject({ voltageSetpoint: 3, currentSetpoint: 0.25 });
  });

  test('a dry run does nothing and ends', async () => {
    const face = await open();
    const { call, confirmed } = makeCall(face.connection, { dryRun: true });
    const handler = face.session.commands['set-voltage'];
    const dryRun = handler?.({ volts: 5 } as never, call as never);
    await expect(face.pace.settled(Promise.resolve(dryRun))).rejects.toBeInstanceOf(DryRunEnd);
    expect(confirmed).toEqual([]);
    expect(face.behaviour.voltageSetpoint).toBe(0);
  });
}

function refusals(open: OpenFace): void {
  test('what the supply refuses is refused, in its words, and changes nothing', async () => {
    const face = await open();
    await command(face, 'set-voltage', { volts: 4 });
    const ended = await command(face, 'set-voltage', { volts: 31 });
    expect(ended).toMatchObject({ outcome: 'refused', levels: [] });
    expect(ended.error).toMatchObject({ code: 'device-refused', device: { code: '-222', text: 'Data out of range' } });
    expect(await read(face, 'voltage-setpoint')).toBe(4);
    expect(await command(face, 'set-voltage', { volts: 5 })).toMatchObject({ outcome: 'succeeded' });
    expect(face.told.events).toEqual([]);
  });

  test.each([
    [-240, 'Hardware error'],
    [-310, 'System error'],
    [12, 'Over-temperature'],
  ])('error %i of a setting is a failure', async (code, text) => {
    const face = await open();
    face.behaviour.failNext(code, text);
    const ended = await command(face, 'output', { on: true });
    expect(ended).toMatchObject({ outcome: 'failed', levels: [] });
    expect(ended.error).toMatchObject({ code: 'device-failed', device: { code: String(code), text } });
  });

  test('an older error is reported and never blamed on a command', async () => {
    const face = await open();
    face.behaviour.pushError(-310, 'System error');
    expect(await command(face, 'set-voltage', { volts: 1 })).toMatchObject({ outcome: 'succeeded' });
    expect(face.told.events).toEqual([{ event: 'device-error', data: { code: -310, text: 'System error' } }]);
  });
}

function stopping(open: OpenFace): void {
  const running = (): Promise<Face> =>
    open({
      prepare: (supply) => {
        supply.setVoltage(5);
        supply.setOutput(true);
      },
    });

  test('stop switches the output off, whatever waits in the error queue', async () => {
    const face = await running();
    face.behaviour.pushError(-310, 'System error');
    expect(await run(face, (call) => face.session.stop?.(call))).toMatchObject({
      outcome: 'succeeded',
      levels: ['acknowledged'],
    });
    expect(face.behaviour).toMatchObject({ isOn: false, measuredVoltage: 0, measuredCurrent: 0 });
  });

  test('a stop that the supply does not obey is a failure', async () => {
    const face = await running();
    face.behaviour.failNext(-240, 'Hardware error');
    const ended = await run(face, (call) => face.session.stop?.(call));
    expect(ended).toMatchObject({ outcome: 'failed', levels: [] });
    expect(ended.error).toMatchObject({ device: { code: '-240', text: 'Hardware error' } });
  });

  test('the late reply of what a stop interrupted never answers the stop', async () => {
    const face = await running();
    face.behaviour.delayReplies(face.replyTimeoutMs + face.lateMs, 1);
    expect((await command(face, 'set-voltage', { volts: 31 })).error).toMatchObject({ code: 'device-timeout' });
    face.behaviour.delayReplies(0);
    const ended = await run(face, (call) => face.session.stop?.(call));
    expect(ended).toMatchObject({ outcome: 'succeeded', levels: ['acknowledged'] });
    expect(face.behaviour.isOn).toBe(false);
    expect(await read(face, 'voltage-setpoint')).toBe(5);
  });
}

function silence(open: OpenFace): void {
  test('no answer is neither success nor failure, and after a resync all is well', async () => {
    const face = await open();
    face.behaviour.mute(1);
    const ended = await command(face, 'set-voltage', { volts: 2 });
    expect(ended).toMatchObject({ outcome: 'not told', error: { code: 'device-timeout' }, levels: [], late: [] });
    face.behaviour.unmute();
    await resync(face);
    expect(await read(face, 'voltage-setpoint')).toBe(2);
  });

  test('a late reply resolves its command', async () => {
    const face = await open();
    face.behaviour.delayReplies(face.replyTimeoutMs + face.lateMs, 1);
    const ended = await command(face, 'set-voltage', { volts: 2 });
    expect(ended).toMatchObject({ outcome: 'not told', error: { code: 'device-timeout' }, late: [] });
    expect(await lateOf(face, ended)).toEqual([{}]);
  });

  test('a late refusal resolves its command too', async () => {
    const face = await open();
    face.behaviour.delayReplies(face.replyTimeoutMs + face.lateMs, 1);
    const ended = await command(face, 'set-voltage', { volts: 99 });
    expect(await lateOf(face, ended)).toHaveLength(1);
    expect(ended.late[0]).toMatchObject({ code: 'device-refused', outcome: 'refused', device: { code: '-222' } });
  });

  test('a late reply never answers the next read', async () => {
    const face = await open({ prepare: (supply) => supply.setVoltage(9) });
    face.behaviour.delayReplies(face.replyTimeoutMs + face.lateMs);
    await expect(read(face, 'voltage-setpoint')).rejects.toMatchObject({ code: 'device-timeout' });
    face.behaviour.delayReplies(0);
    expect(await read(face, 'current-setpoint')).toBe(1);
  });

  test('an abort ends a command with its reason', async () => {
    const face = await open();
    face.behaviour.mute(1);
    const { call, abort, sent } = makeCall(face.connection);
    const ended = face.session.commands['output']?.({ on: true } as never, call as never);
    const reason = new Error('the deadline passed');
    const rejected = expect(ended).rejects.toBe(reason);
    expect(await lastOf(face.pace, () => face.behaviour.isOn, Boolean)).toBe(true);
    abort(reason);
    await rejected;
    expect(sent.length).toBeLessThanOrEqual(3);
  });
}
