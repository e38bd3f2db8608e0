import { expect, test } from 'vitest';
import { doorClosed, heaterRig } from '../support/heater.ts';
import { httpOver } from '../support/http.ts';

const rules = [doorClosed, { ...doorClosed, name: 'text', unless: 'self.value.startsWith("a")', forbid: ['pulse'] }];

async function service() {
  const its = heaterRig(...rules);
  await its.ready();
  return { ...its, http: await httpOver(its.rig) };
}

test('a device tells what guards it and why it holds', async () => {
  const { http, door, rig } = await service();
  const list = async (): Promise<unknown> => (await http.inject('/v1/devices/heater/interlocks')).json();
  const value = { device: 'door-1', property: 'value', usable: true, ageMs: expect.any(Number), simulated: true };
  expect(await list()).toEqual({
    items: [
      {
        name: 'door-closed',
        forbid: ['set', 'write:setpoint'],
        unless: 'device["door-1"].value == 1',
        maxAgeMs: 1000,
        onViolation: null,
        satisfied: true,
        values: [{ ...value, value: 1 }],
      },
      {
        name: 'text',
        forbid: ['pulse'],
        unless: 'self.value.startsWith("a")',
        maxAgeMs: 1000,
        onViolation: null,
        satisfied: false,
        problem: "found no matching overload for 'double.startsWith(string)'",
        values: [{ ...value, device: 'heater', value: 7 }],
      },
    ],
  });
  door.value = 0;
  await rig.clock.advance(500);
  expect(await list()).toMatchObject({ items: [{ satisfied: false, values: [{ value: 0, usable: true }] }, {}] });
  await rig.settled(rig.device('door-1').stop('stop'));
  door.mute = true;
  await rig.clock.advance(10_000);
  expect(await list()).toMatchObject({ items: [{ satisfied: false, values: [{ value: 0, usable: false }] }, {}] });
});

test('what an interlock forbids is a 409 that names it and what it saw', async () => {
  const { http, door, rig, heater } = await service();
  door.value = 0;
  await rig.clock.advance(500);
  const url = '/v1/devices/heater/commands/set';
  const response = await rig.settled(http.inject({ method: 'POST', url, payload: { value: 5 } }));
  expect(response.statusCode).toBe(409);
  expect(response.json()).toMatchObject({
    code: 'interlocked',
    outcome: 'not-sent',
    reason: 'interlocked',
    retryable: false,
    detail: expect.stringMatching(
      /^interlock door-closed forbids set on heater .*: door-1\.value is 0 \(simulated, \d+ ms old\)$/,
    ),
  });
  expect(heater.executed).toEqual([]);
});

test('a device without interlocks has an empty list, and no device is a 404', async () => {
  const { http } = await service();
  expect((await http.inject('/v1/devices/door-1/interlocks')).json()).toEqual({ items: [] });
  expect((await http.inject('/v1/devices/nobody/interlocks')).statusCode).toBe(404);
  expect((await http.inject('/v1/devices/heater/interlocks?x=1')).statusCode).toBe(400);
});
