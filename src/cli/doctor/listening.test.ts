import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { PortTree } from '../../../test/support/port-tree.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { machine } from '../../transport/ports/index.ts';
import { checkListening } from './listening.ts';

const host = '127.0.0.1';

async function taken(): Promise<number> {
  const server = createServer().listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // of TCP
}

test('a free port is free afterwards, too', async () => {
  const port = await freePort();
  for (const _ of [1, 2]) {
    const finding = await checkListening({ host, port }, new Set(), { roots: machine });
    expect(finding).toEqual({ check: 'listen', of: `127.0.0.1 port ${port}`, status: 'ok', detail: 'is free' });
  }
});

test('a port in use names the process, which this machine’s /proc tells', async () => {
  const port = await taken();
  const finding = await checkListening({ host, port }, new Set(), { roots: machine });
  expect(finding).toMatchObject({ status: 'fail', detail: expect.stringContaining(`process ${process.pid} (`) });
  const own = await checkListening({ host, port }, new Set([process.pid]), { roots: machine });
  expect(own).toMatchObject({ status: 'ok', detail: `the service listens there (process ${process.pid})` });
});

test('whose it is may be hidden', async () => {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  const port = await taken();
  const { status } = await checkListening({ host, port }, new Set(), { roots: tree.roots });
  expect(status).toBe('warn');
  tree.process(612, 'nginx').listens(612, port);
  const { detail } = await checkListening({ host, port }, new Set(), { roots: tree.roots });
  expect(detail).toBe('is in use by process 612 (nginx), which does not have the store open');
});

test('an address that is not this machine’s', async () => {
  const finding = await checkListening({ host: '192.0.2.1', port: 0 }, new Set(), { roots: machine });
  expect(finding).toMatchObject({ status: 'fail', detail: 'cannot be listened on (EADDRNOTAVAIL)' });
});
