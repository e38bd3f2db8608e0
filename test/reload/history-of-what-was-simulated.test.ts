import { expect, test } from 'vitest';
import { reloadable } from './service.ts';

const simulated = `
connections: { line: { tcp: { host: one }, simulated: true } }
devices: { a: { driver: toy, connection: line, options: { unit: a } } }
`;
const real = simulated.replace(', simulated: true', '');

type Service = Awaited<ReturnType<typeof reloadable>>;

/** Whether the history of a time says that some of it is simulated. */
async function flag({ app, settled }: Service, query = '') {
  const answer = await settled(app.http.inject(`/v1/devices/a/history/value?${query}`));
  return answer.json<{ simulated: boolean }>().simulated;
}

test('readings of a simulated device are those of a simulated one when it has become a real one', async () => {
  const service = await reloadable(simulated);
  await service.ready('a');
  await service.clock.advance(10_000);
  await service.reload(real);
  await service.ready('a');
  const swapped = new Date(service.clock.now()).toISOString();
  expect(service.device('a').simulated).toBe(false);
  expect([await flag(service), await flag(service, 'points=5')]).toEqual([true, true]);
  await service.clock.advance(10_000);
  // What came after that is real.
  expect(await flag(service, `from=${swapped}`)).toBe(false);
});

test('a device that was real all the time has a real history', async () => {
  const service = await reloadable(real);
  await service.ready('a');
  expect(await flag(service)).toBe(false);
});
