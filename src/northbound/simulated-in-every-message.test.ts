import { expect, test } from 'vitest';
import type { Device } from '../device/device.ts';
import { HomeAssistant } from './home-assistant/convention.ts';
import { Homie } from './homie/convention.ts';
import type { Instance } from './instance.ts';

const presence = { topic: 'b/status', starting: 'starting', online: 'online', offline: 'offline', goodbye: 'offline' };
const instance = (device: Device): Instance => ({
  id: 'lab',
  version: '1.2.3',
  presence,
  commands: true,
  maySend: () => true,
  mayStop: () => true,
  device: () => device,
  devices: () => [device],
});

function conventions(simulated: boolean) {
  // What is not an announcement looks at no more of it.
  const device = { id: 'oven', simulated } as Device;
  const its = instance(device);
  const both = [new HomeAssistant(its, { discoveryPrefix: 'h', base: 'b' }), new Homie(its, 'homie', () => 0)];
  const refusal = { outcome: 'not-sent', code: 'stopped', detail: 'it is stopped' } as const;
  const said = both.flatMap((each) => [
    ...each.event(device, 'done', { minutes: 12 }),
    ...each.fate({ device, command: 'beep', refusal }),
  ]);
  return said.map(({ payload }) => payload);
}

test('what happens to a simulated device, and what becomes of its commands, says that it is simulated', () => {
  const said = conventions(true);
  expect(said).toHaveLength(4);
  expect(said.filter((payload) => !payload.includes('simulated'))).toEqual([]);
  expect(JSON.parse(said[0] ?? '')).toEqual({ minutes: 12, event_type: 'done', simulated: true });
  expect(JSON.parse(said[1] ?? '')).toMatchObject({ outcome: 'not-sent', simulated: true });
  expect(said.slice(2)).toEqual([
    '(simulated) done {"minutes":12}',
    '(simulated) beep not-sent: stopped: it is stopped',
  ]);
});

test('and of a real one nothing of the kind', () => {
  expect(conventions(false).filter((payload) => payload.includes('simulated'))).toEqual([]);
});
