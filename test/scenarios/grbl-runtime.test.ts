import { expect, onTestFinished, test } from 'vitest';
import { grbl } from '../../drivers/grbl/driver.ts';
import { grblSimulator } from '../../simulators/grbl/index.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createRig, MemoryLine } from '../support/rig.ts';

async function readyMill(simulate: object = {}, options: object = {}) {
  const clock = new VirtualClock();
  const simulator = grblSimulator.create({ clock, seed: 3, options: { homingMs: 2000, ...simulate } });
  const { wire, behaviour: machine, port } = simulator;
  if (wire.shape !== 'bytes') throw new Error('a controller speaks over a byte stream');
  /** What happens once the controller has said so many things more. */
  const said = { at: 0, act: (): void => {} };
  const line = new MemoryLine((far) => {
    const write = far.write.bind(far);
    far.write = (bytes, signal) => {
      const written = write(bytes, signal);
      if (said.at > 0 && --said.at === 0) said.act();
      return written;
    };
    wire.serve(far);
  });
  const rig = createRig(grbl, { line }, [{ id: 'mill', connection: 'line', options }], { clock });
  onTestFinished(() => simulator.close());
  const mill = rig.device('mill');
  const ready = () => rig.until(() => mill.state === 'ready' && mill.reading('state').quality === 'good');
  await ready();
  const known = (): unknown => mill.reading('position-known').value;
  return { clock, machine, port, rig, mill, line, ready, known, said };
}

const longMove = { x: 100, feed: 600 };
const job = { gcode: Array.from({ length: 200 }, (_, index) => `G1 X${index % 10} F300`).join('\n') };

test('the state is polled steadily', async () => {
  const { rig, mill, port, clock } = await readyMill();
  port.heard.length = 0;
  await clock.advance(2000);
  const asked = port.heard.filter((byte) => byte === 0x3f).length;
  expect(asked).toBeGreaterThanOrEqual(7);
  expect(asked).toBeLessThanOrEqual(9);
  expect(port.heard.every((byte) => byte === 0x3f)).toBe(true);
  expect(mill.reading('overrides').value).toEqual({ feed: 100, rapid: 100, spindle: 100 });
  expect(mill.unmatched).toBe(0);
  expect(rig.device('mill').state).toBe('ready');
});

test('a long move is confirmed, whatever its time-out, and the position is told meanwhile', async () => {
  const { rig, mill, machine } = await readyMill();
  const move = rig.submit('mill', 'move-to', { x: 500, feed: 600 });
  await rig.until(() => machine.position[0] > 50, 60_000);
  const { x } = mill.reading('machine-position').value as { x: number };
  expect(x).toBeGreaterThan(40);
  const record = await rig.settled(move, 120_000);
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'confirmed', evidence: { x: 500 } });
  expect((record.endedAt ?? 0) - record.submittedAt).toBeGreaterThan(49_000);
});

const commands = {
  'move-to': { x: 40, feed: 600 },
  'run-job': job,
  'spindle-on': { rpm: 100 },
  jog: { x: 40, feed: 600 },
};

test.each(Object.entries(commands))(
  'a start-up message at any moment voids what %s has outstanding',
  async (name, params) => {
    let voided = 0;
    for (let after = 1; after <= 9; after++) {
      const { rig, machine, mill, ready, known, said } = await readyMill();
      said.at = after;
      said.act = () => machine.powerCycle();
      const record = await rig.settled(rig.submit('mill', name, params), 300_000);
      // The command was over before.
      if (said.at > 0) break;
      voided++;
      expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
      await ready();
      expect(known()).toBe(false);
      expect(mill.unmatched).toBeLessThan(30);
      expect(await rig.settled(rig.submit('mill', 'set-setting', { number: 99, value: 1 }))).toMatchObject({
        outcome: 'refused',
      });
    }
    expect(voided).toBeGreaterThan(1);
  },
);

test('a stop overtakes a job, and what the job wrote is dropped', async () => {
  const { rig, machine, port, mill, ready, known } = await readyMill({ homing: true });
  expect(await rig.settled(rig.submit('mill', 'home'))).toMatchObject({ outcome: 'succeeded' });
  expect(known()).toBe(true);
  const running = rig.submit('mill', 'run-job', job);
  await rig.until(() => machine.state === 'Run');
  const behind = rig.submit('mill', 'spindle-on', { rpm: 100 });
  await rig.clock.advance(1);
  port.heard.length = 0;
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded', confirmation: 'acknowledged' });
  expect(port.heard.slice(0, 2)).toEqual([0x21, 0x18]);
  expect((await rig.settled(running)).outcome).toBe('unknown');
  expect(await rig.settled(behind)).toMatchObject({ outcome: 'not-sent', reason: 'stopped' });
  expect(machine.planner.isEmpty).toBe(true);
  expect(known()).toBe(false);
  await rig.stops.release('mill', 'test');
  await ready();
  expect(mill.reading('state').value).toBe('Alarm');
  expect(await rig.settled(rig.submit('mill', 'home'))).toMatchObject({ outcome: 'succeeded' });
  expect(known()).toBe(true);
});

test('a job is held, resumed and cancelled while it has the line', async () => {
  const { rig, machine, port, ready } = await readyMill();
  const submitted = await rig.pipeline.start({ device: 'mill', command: 'run-job', params: job, by: 'test' });
  await rig.until(() => machine.state === 'Run');
  expect(await rig.settled(rig.submit('mill', 'hold'))).toMatchObject({ outcome: 'succeeded' });
  expect(machine).toMatchObject({ state: 'Hold', subState: 0 });
  // Much longer than the job may be without a sign of progress.
  await rig.clock.advance(300_000);
  expect(submitted.record.state).toBe('sent');
  expect(await rig.settled(rig.submit('mill', 'resume'))).toMatchObject({ outcome: 'succeeded' });
  expect(machine.state).toBe('Run');
  expect(rig.pipeline.cancel(submitted.record.id)).toBe('asked');
  const record = await rig.settled(submitted.ended);
  expect(record).toMatchObject({ outcome: 'failed', error: { code: 'cancelled' } });
  expect(machine.planner.isEmpty).toBe(true);
  expect(port.overflowed).toBe(0);
  await ready();
  expect(await rig.settled(rig.submit('mill', 'move-to', { x: 0, feed: 600 }))).toMatchObject({ outcome: 'succeeded' });
});

test('a lost answer ends as unknown, and nothing after it is taken for it', async () => {
  const { rig, port, mill, ready } = await readyMill();
  port.loseAnswers(1);
  expect(await rig.settled(rig.submit('mill', 'spindle-on', { rpm: 100 }))).toMatchObject({
    outcome: 'unknown',
    error: { code: 'device-timeout' },
  });
  await ready();
  expect(mill.state).toBe('ready');
  const refused = await rig.settled(rig.submit('mill', 'set-setting', { number: 99, value: 1 }));
  expect(refused).toMatchObject({ outcome: 'refused', error: { device: { code: 'error:3' } } });
});

test('a controller that a critical alarm has locked is still there to be reset', async () => {
  const { rig, machine, mill, ready } = await readyMill();
  const move = rig.submit('mill', 'move-to', longMove);
  await rig.until(() => machine.state === 'Run');
  machine.raiseAlarm(1);
  // The reset comes before the controller listens again.
  const reset = rig.submit('mill', 'soft-reset');
  expect(await rig.settled(move)).toMatchObject({ outcome: 'failed', error: { device: { code: 'ALARM:1' } } });
  expect(await rig.settled(reset)).toMatchObject({ outcome: 'succeeded', confirmation: 'acknowledged' });
  await ready();
  machine.raiseAlarm(1);
  await rig.clock.advance(60_000);
  expect(mill.state).toBe('ready');
  expect(mill.reading('state').value).toBe('Alarm');
  expect(mill.reading('machine-position').quality).toBe('stale');
  expect(await rig.settled(rig.submit('mill', 'spindle-off'))).toMatchObject({ outcome: 'not-sent' });
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({ outcome: 'succeeded' });
  await ready();
});

test('a homing cycle that outlasts its command goes on, and the device stays', async () => {
  const { rig, machine, mill, known } = await readyMill({ homing: true, homingMs: 400_000 });
  const home = rig.submit('mill', 'home');
  expect(await rig.settled(home, 300_000)).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
  expect(machine.state).toBe('Home');
  await rig.clock.advance(30_000);
  expect(mill.state).toBe('ready');
  expect(known()).toBe(false);
  await rig.until(() => machine.state === 'Idle', 400_000);
  await rig.clock.advance(2000);
  expect(known()).toBe(true);
  expect(await rig.settled(rig.submit('mill', 'spindle-off'))).toMatchObject({ outcome: 'succeeded' });
});

test('a stop in the middle of homing resets', async () => {
  const { rig, machine, known } = await readyMill({ homing: true });
  const home = rig.submit('mill', 'home');
  await rig.until(() => machine.state === 'Home');
  const { record } = await rig.settled(rig.stops.stop('mill', { by: 'test' }));
  expect(record).toMatchObject({ outcome: 'succeeded' });
  expect((await rig.settled(home)).outcome).not.toBe('succeeded');
  expect(known()).toBe(false);
  expect(machine.state).toBe('Alarm');
});

test('a board that opening its port resets is ready once it has started', async () => {
  const { mill, machine } = await readyMill({ resetOnOpen: true, homing: true });
  expect(mill.reading('state').value).toBe('Alarm');
  expect(machine.executed).not.toContain('');
});

test('a cut in the middle of a job ends it as unknown, and the job is not taken up again', async () => {
  const { rig, machine, line, mill } = await readyMill();
  const running = rig.submit('mill', 'run-job', job);
  await rig.until(() => machine.state === 'Run');
  await line.cut();
  expect(await rig.settled(running)).toMatchObject({ outcome: 'unknown', error: { code: 'connection-lost' } });
  await rig.until(() => mill.state === 'ready');
  await rig.until(() => machine.state === 'Idle', 120_000);
  expect(machine.executed.filter((text) => text.startsWith('G1X')).length).toBeLessThan(60);
  expect(await rig.settled(rig.submit('mill', 'move-to', { x: 0, feed: 600 }))).toMatchObject({ outcome: 'succeeded' });
});

test('a controller that restarts by itself is brought into step before the next command', async () => {
  const { rig, machine, mill, port, known } = await readyMill({ homing: true });
  await rig.settled(rig.submit('mill', 'home'));
  expect(known()).toBe(true);
  port.heard.length = 0;
  machine.powerCycle();
  await rig.until(() => mill.state === 'quarantined');
  expect(known()).toBe(false);
  await rig.until(() => mill.state === 'ready');
  expect(Buffer.from(port.heard).toString('latin1')).toContain('$G\n');
});

test('a long pause in a job is no stall', async () => {
  const { rig } = await readyMill();
  const record = await rig.settled(rig.submit('mill', 'run-job', { gcode: 'G1X1F600\nG4 P20\nG1X0' }), 60_000);
  expect(record).toMatchObject({ outcome: 'succeeded', evidence: { sent: 3, acknowledged: 3, total: 3 } });
});

test('a program pause holds a job until it is resumed', async () => {
  const { rig, machine } = await readyMill();
  const running = rig.submit('mill', 'run-job', { gcode: 'G1X1F600\nM0\nM3S100' });
  await rig.until(() => machine.state === 'Hold');
  await rig.clock.advance(60_000);
  expect(await rig.settled(rig.submit('mill', 'resume'))).toMatchObject({ outcome: 'succeeded' });
  expect(await rig.settled(running)).toMatchObject({ outcome: 'succeeded' });
  expect(machine.accessories.spindle).toBe('clockwise');
});

test('a job that is held for too long is given up', async () => {
  const { rig, machine } = await readyMill({}, { holdLimitMs: 5000 });
  const running = rig.submit('mill', 'run-job', job);
  await rig.until(() => machine.state === 'Run');
  await rig.settled(rig.submit('mill', 'hold'));
  await rig.clock.advance(4000);
  expect(machine.state).toBe('Hold');
  const record = await rig.settled(running, 3000);
  expect(record).toMatchObject({ outcome: 'unknown', error: { code: 'device-timeout' } });
  // Its lines are still in the controller: nothing is sent behind them until they are dropped or executed.
  await rig.until(() => rig.device('mill').state === 'ready');
  expect(await rig.settled(rig.submit('mill', 'spindle-off'))).toMatchObject({ outcome: 'refused' });
  expect(await rig.settled(rig.submit('mill', 'soft-reset'))).toMatchObject({ outcome: 'succeeded' });
  await rig.until(() => rig.device('mill').state === 'ready');
  expect(await rig.settled(rig.submit('mill', 'spindle-off'))).toMatchObject({ outcome: 'succeeded' });
});

test('lines behind a lost step wait until the machine is at rest', async () => {
  const { rig, machine, mill } = await readyMill({}, { holdLimitMs: 2000 });
  const running = rig.submit('mill', 'run-job', { gcode: 'G1X100F600\nG1X0' });
  await rig.until(() => machine.state === 'Run');
  await rig.settled(rig.submit('mill', 'hold'));
  expect(await rig.settled(running, 5000)).toMatchObject({ outcome: 'unknown' });
  await rig.until(() => mill.state === 'ready');
  await rig.settled(rig.submit('mill', 'resume'));
  const early = await rig.settled(rig.submit('mill', 'spindle-on', { rpm: 100 }));
  expect(early).toMatchObject({ outcome: 'refused', error: { device: { code: 'Run' } } });
  await rig.until(() => machine.state === 'Idle', 60_000);
  expect(await rig.settled(rig.submit('mill', 'spindle-on', { rpm: 100 }))).toMatchObject({ outcome: 'succeeded' });
});
