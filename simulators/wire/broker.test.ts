import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { startBroker } from './broker.ts';

test('it listens on loopback and serves clients', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  expect(broker.url).toBe(`mqtt://127.0.0.1:${broker.port}`);
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  expect(broker.aedes.connectedClients).toBe(1);
  await client.endAsync();
});

test('a port that is taken is a clear error', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  await expect(startBroker({ port: broker.port })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(`port ${broker.port} of 127.0.0.1 is taken`),
  });
});

test('closing cuts its clients and frees the port', async () => {
  const broker = await startBroker();
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  await broker.close();
  await closed;
  await client.endAsync(true);
  const again = await startBroker({ port: broker.port });
  await again.close();
});
