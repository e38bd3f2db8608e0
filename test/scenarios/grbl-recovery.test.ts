import { expect, test } from 'vitest';
import { job, longMove, readyMill } from '../support/grbl-mill.ts';

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
