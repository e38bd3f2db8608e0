import { expect, test } from 'vitest';
import { reloadable } from '../reload/service.ts';
import { secret } from '../support/receiver.ts';

const text = `
server: { port: 0 }
connections: { bench: { tcp: { host: one } } }
devices: { psu: { driver: toy, connection: bench, options: { unit: a } } }
`;

async function keptEntries({ app, settled }: Awaited<ReturnType<typeof reloadable>>): Promise<number> {
  const { body } = await settled(Promise.resolve(app.http.inject({ url: '/metrics', headers: { host: 'localhost' } })));
  return Number(/^bellcrank_stream_entries (\d+)$/m.exec(body)?.[1]);
}

test('a service whose stream nobody follows keeps nothing of it, until a webhook wants to be told', async () => {
  const service = await reloadable(text);
  await service.ready('psu');
  expect(await service.outcome('psu', 'set', { value: 5 })).toBe('succeeded');
  expect(await keptEntries(service)).toBe(0);
  await service.reload(
    `${text}webhooks: [{ name: pager, url: "http://127.0.0.1:9/", types: [command], secret: "${secret}" }]\n`,
  );
  expect(await service.outcome('psu', 'set', { value: 6 })).toBe('succeeded');
  expect(await keptEntries(service)).toBeGreaterThan(0);
});
