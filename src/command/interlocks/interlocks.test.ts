import { expect, test } from 'vitest';
import { doorClosed, heaterRig } from '../../../test/support/heater.ts';
import type { InterlockSettings } from './rule.ts';

const attempt = (command: string) => ({ command, effect: 'actuate', by: 'test' }) as const;

async function checked(...rules: InterlockSettings[]) {
  const its = heaterRig(...rules);
  await its.ready();
  const { rig } = its;
  const messageFor = (command: string, id = 'heater'): string | undefined =>
    rig.interlocks.check({ device: rig.device(id), ...attempt(command) })?.message;
  return { ...its, messageFor };
}

test('a rule forbids what it names, of whom it names', async () => {
  const { device: _, ...rule } = doorClosed;
  const all = { ...rule, name: 'all', label: 'zone', forbid: ['*'] };
  const { door, rig, messageFor } = await checked({ ...doorClosed, forbid: ['set'] }, all);
  expect(messageFor('set')).toBeUndefined();
  door.value = 0;
  await rig.clock.advance(500);
  expect(messageFor('set')).toContain('interlock door-closed forbids set');
  expect(messageFor('pulse')).toContain('interlock all forbids pulse');
  expect(messageFor('set', 'door-1')).toBeUndefined();
  rig.device('heater').labels = {};
  expect(messageFor('pulse')).toBeUndefined();
});

test.each<[string, string]>([
  ['device["door-1"].value != 1', 'door-1.value is 1 (simulated, 0 ms old)'],
  ['device.nobody.value != 1', 'nobody.value cannot be relied on: there is no such device'],
  ['self.nothing != 1', 'heater.nothing cannot be relied on: the device has no such property'],
  ['self.setpoint != 1', 'heater.setpoint cannot be relied on: not read yet'],
  [
    'self.value == 7 || device.nobody.value == 1',
    'nobody.value cannot be relied on: there is no such device, heater.value is 7',
  ],
  [
    'self.value.size() == 7',
    'heater.value is 7 (simulated, 0 ms old); it cannot be judged: found no matching overload',
  ],
])('%s does not hold: %s', async (unless, words) => {
  const { messageFor } = await checked({ ...doorClosed, unless });
  expect(messageFor('set')).toContain(`unless ${unless}: ${words}`);
});

test('why a value cannot be relied on is told', async () => {
  const { door, lines, rig, messageFor } = await checked({ ...doorClosed, maxAgeMs: 100 });
  await rig.clock.advance(150);
  expect(messageFor('set')).toContain('it is older than 100 ms');
  door.twist = (line, reply) => (line === 'GET?' ? 'VAL 101' : reply);
  await rig.clock.advance(200);
  expect(messageFor('set')).toContain('the device told value=101, which must be <= 100');
  await lines.doors.cut();
  await rig.clock.advance(10);
  expect(messageFor('set')).toContain('cannot be relied on');
});

test('a message is bounded', async () => {
  const many = Array.from({ length: 20 }, (_, index) => `self.p${index} == 1`).join(' && ');
  const { messageFor } = await checked({ ...doorClosed, unless: many });
  expect(messageFor('set')).toMatch(/and 14 more$/);
  expect(messageFor('set')?.length).toBeLessThan(1000);
});
