import { chmodSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { hostIn } from '../../../test/support/doctor.ts';
import { PortTree } from '../../../test/support/port-tree.ts';
import type { Config } from '../../config/index.ts';
import { checkConnections } from './connections.ts';
import type { Finding } from './finding.ts';

const ftdi = { vendorId: '0403', productId: '6001', serialNumber: 'A1', driver: 'ftdi_sio' };

function machine(): PortTree {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  return tree.usb({ ...ftdi, name: 'ttyUSB0', at: '1-1' });
}

async function checked(tree: PortTree, settings: object, service: readonly number[] = []): Promise<Finding[]> {
  const line = { kind: 'transport', transport: 'serial', settings, simulated: false } as const;
  const connections: Config['connections'] = { line };
  return await checkConnections({ connections }, new Set(service), hostIn(tree));
}

const usb = { usb: { vendorId: '0403', productId: '6001' } };
const ports = (findings: readonly Finding[]): Finding[] => findings.filter(({ check }) => check === 'port');

test('a port that is there, by its USB device: it may be opened, and nobody has it', async () => {
  const tree = machine();
  expect(await checked(tree, usb)).toEqual([
    { check: 'ModemManager', status: 'ok', detail: 'does not run, as far as processes can be seen here' },
    { check: 'port', of: 'line', status: 'ok', detail: `${tree.dev('ttyUSB0')} is there and may be opened` },
  ]);
});

test('no permission: the group is named, and how to get into it', async () => {
  const tree = machine().group('dialout');
  chmodSync(tree.dev('ttyUSB0'), 0o660);
  tree.forbidden.add(tree.dev('ttyUSB0'));
  expect(ports(await checked(tree, usb))).toEqual([
    {
      check: 'port',
      of: 'line',
      status: 'fail',
      detail: `no permission to open ${tree.dev('ttyUSB0')}`,
      advice: 'it belongs to the group dialout: run usermod -aG dialout ada and log in again',
    },
  ]);
});

test('whoever was put into the group and has not logged in again is told to', async () => {
  const tree = machine().group('dialout', 'bob,ada');
  chmodSync(tree.dev('ttyUSB0'), 0o660);
  tree.forbidden.add(tree.dev('ttyUSB0'));
  const [finding] = ports(await checked(tree, usb));
  expect(finding?.advice).toBe(
    'it belongs to the group dialout, which ada is in since this session began: log in again',
  );
});

test('another program that has it is named; the service itself is no trouble', async () => {
  const tree = machine().process(4711, 'minicom', []);
  tree.process(4711, 'minicom', [tree.dev('ttyUSB0')]);
  expect(ports(await checked(tree, usb))[1]).toEqual({
    check: 'port',
    of: 'line',
    status: 'fail',
    detail: `process 4711 (minicom) has ${tree.dev('ttyUSB0')} open`,
    advice: 'end it, or give the device another port: one is for one program',
  });
  expect(ports(await checked(tree, usb, [4711])).map(({ status, detail }) => [status, detail])[1]).toEqual([
    'ok',
    'the service has it open (process 4711)',
  ]);
});

test('a port that is not there: what there is', async () => {
  const tree = machine();
  const [finding] = ports(await checked(tree, { path: tree.dev('ttyUSB7') }));
  expect(finding).toMatchObject({ status: 'fail', detail: `there is no ${tree.dev('ttyUSB7')}` });
  expect(finding?.advice).toContain('/dev/serial/by-id/usb-0403_6001_A1-if00-port0');
  const [other] = ports(await checked(tree, { usb: { vendorId: '1a86', productId: '7523' } }));
  expect(other).toMatchObject({ status: 'fail', detail: expect.stringContaining('no serial port is USB 1a86:7523') });
});

test('a name of the kernel’s is another device tomorrow; ModemManager, and the rule that keeps it away', async () => {
  const tree = machine().process(612, 'ModemManager');
  const found = await checked(tree, { path: tree.dev('ttyUSB0') });
  expect(found[0]).toMatchObject({ status: 'ok', detail: 'runs (process 612); ports that it may talk to are named' });
  expect(found.slice(2).map(({ status, advice }) => [status, advice])).toEqual([
    ['warn', expect.stringContaining('by-id/usb-0403_6001_A1-if00-port0')],
    ['warn', expect.stringContaining('ENV{ID_MM_DEVICE_IGNORE}="1"')],
  ]);
  tree.rules('ATTRS{idVendor}=="0403", ENV{ID_MM_DEVICE_IGNORE}="1"\n');
  expect(await checked(tree, usb)).toHaveLength(2);
});

test('what is simulated is said to be, and what takes one client only is left alone', async () => {
  const connections: Config['connections'] = {
    inside: { kind: 'simulate', via: 'memory', devices: [], simulated: true },
    far: { kind: 'transport', transport: 'tcp', settings: { host: '127.0.0.1', port: 1 }, simulated: true },
  };
  const found = await checkConnections({ connections }, new Set(), hostIn(machine()));
  expect(found.slice(1)).toEqual([
    {
      check: 'connection',
      of: 'far',
      status: 'unchecked',
      simulated: true,
      detail: expect.stringContaining('was not connected to: many take one client only'),
    },
    { check: 'simulated', status: 'ok', detail: 'inside: run by the service, on no hardware' },
  ]);
});
