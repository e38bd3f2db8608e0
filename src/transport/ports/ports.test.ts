import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { PortTree } from '../../../test/support/port-tree.ts';
import { portLister, type PortDescription } from './describe.ts';

const ftdi = {
  vendorId: '0403',
  productId: '6001',
  manufacturer: 'FTDI',
  product: 'FT232R USB UART',
  driver: 'ftdi_sio',
};
const ch340 = { vendorId: '1A86', productId: '7523', product: 'USB Serial', driver: 'ch341-uart' };
const u_blox = { vendorId: '1546', productId: '01a8', manufacturer: 'u-blox AG', product: 'GNSS', driver: 'cdc_acm' };

function machine(): PortTree {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  return tree;
}

function bench(): PortTree {
  return machine()
    .usb({ ...ftdi, name: 'ttyUSB0', at: '1-1', serialNumber: 'A10KZ6OP' })
    .usb({ ...ch340, name: 'ttyUSB2', at: '1-2.1' })
    .usb({ ...ch340, name: 'ttyUSB10', at: '1-2.4' })
    .usb({ ...u_blox, name: 'ttyACM0', at: '1-3', interface: 0x0a })
    .uart('ttyS0', 4)
    .uart('ttyS1', 0);
}

async function list(tree: PortTree, open: ReadonlyMap<string, string> = new Map()) {
  const { items, modemManager } = await portLister(tree.roots)(open);
  const port = (name: string): PortDescription | undefined => items.find(({ path }) => path === tree.dev(name));
  return { items, modemManager, port };
}

test('ports with hardware are listed, as people count; consoles, PTYs and placeholders are not', async () => {
  const tree = bench();
  const { items } = await list(tree);
  const names = ['ttyACM0', 'ttyS0', 'ttyUSB0', 'ttyUSB2', 'ttyUSB10'];
  expect(items.map(({ path }) => path)).toEqual(names.map((name) => tree.dev(name)));
});

test('an adapter says who it is', async () => {
  const tree = bench();
  const { port } = await list(tree);
  expect(port('ttyUSB0')).toEqual({
    path: tree.dev('ttyUSB0'),
    byId: tree.dev('serial/by-id/usb-FTDI_FT232R_USB_UART_A10KZ6OP-if00-port0'),
    byPath: tree.dev('serial/by-path/pci-0000:00:14.0-usb-0:1-1:1.0-port0'),
    usb: {
      vendorId: '0403',
      productId: '6001',
      serialNumber: 'A10KZ6OP',
      manufacturer: 'FTDI',
      product: 'FT232R USB UART',
      interface: 0,
    },
    driver: 'ftdi_sio',
    mayOpen: true,
    missingGroup: null,
    obstacle: null,
    connection: null,
    heldBy: [],
    modemManagerMayProbe: false,
  });
});

test('the path by which it is plugged in tells two adapters apart that are alike in everything', async () => {
  const { port } = await list(bench());
  const [one, other] = [port('ttyUSB2'), port('ttyUSB10')];
  expect(one?.usb).toEqual(other?.usb);
  expect(one?.usb).toMatchObject({ vendorId: '1a86', serialNumber: null, manufacturer: null });
  expect(one?.byPath).toContain('1-2.1:');
  expect(other?.byPath).toContain('1-2.4:');
  // udev has one name for both, and it leads to one of them.
  expect([one?.byId, other?.byId].filter((link) => link !== null)).toHaveLength(1);
});

test('of two names by where it is plugged in, the one that older versions of udev know as well', async () => {
  const tree = bench();
  symlinkSync('../../ttyUSB0', tree.dev('serial/by-path/pci-0000:00:14.0-usbv2-0:1-1:1.0-port0'));
  expect((await list(tree)).port('ttyUSB0')?.byPath).toContain('-usb-0:1-1:');
});

test('an interface number is hexadecimal, and a port on the board has no USB device', async () => {
  const { port } = await list(bench());
  expect(port('ttyACM0')).toMatchObject({ driver: 'cdc_acm', usb: { interface: 10, serialNumber: null } });
  expect(port('ttyS0')).toMatchObject({ driver: 'serial', usb: null, byId: null, byPath: null });
});

test('what a device says of itself is bounded and has no control characters', async () => {
  const tree = machine().usb({ ...ftdi, name: 'ttyUSB0', at: '1-1', product: `a\u001b[31m${'x'.repeat(150)}` });
  const { port } = await list(tree);
  expect(port('ttyUSB0')?.usb?.product).toMatch(/^a\ufffd\[31mx{1,121}$/);
});

test('a machine without anything has no ports', async () => {
  const tree = machine();
  rmSync(tree.roots.sys, { recursive: true });
  rmSync(tree.roots.proc, { recursive: true });
  rmSync(tree.roots.dev, { recursive: true });
  expect(await list(tree)).toMatchObject({ items: [], modemManager: null });
});

test('who has a port: by its descriptors, and by its lock; this process is not another', async () => {
  const tree = bench();
  tree
    .process(4711, 'minicom', [tree.dev('ttyUSB0'), '/dev/null'])
    .process(4712, 'screen', [tree.dev('ttyUSB0')])
    .process(1000, 'node', [tree.dev('ttyUSB2')])
    .process(88, 'bash')
    .locked('ttyS0', 88);
  const { port } = await list(tree, new Map([[tree.dev('ttyUSB2'), 'bench']]));
  expect(port('ttyUSB0')?.heldBy).toEqual([
    { pid: 4711, command: 'minicom' },
    { pid: 4712, command: 'screen' },
  ]);
  expect(port('ttyS0')?.heldBy).toEqual([{ pid: 88, command: 'bash' }]);
  expect(port('ttyUSB2')).toMatchObject({ heldBy: [], connection: 'bench' });
  expect(port('ttyUSB10')).toMatchObject({ heldBy: [], connection: null });
});

test('a connection is found by whatever name it has the port open', async () => {
  const tree = bench();
  const { byPath } = (await list(tree)).port('ttyUSB10') ?? {};
  const { port } = await list(tree, new Map([[byPath ?? '', 'left']]));
  expect(port('ttyUSB10')?.connection).toBe('left');
  expect(port('ttyUSB2')?.connection).toBeNull();
});

test('a port that may not be opened names the group to join, and the command', async () => {
  const tree = bench().group('dialout');
  chmodSync(tree.dev('ttyUSB0'), 0o660);
  chmodSync(tree.dev('ttyUSB2'), 0o600);
  for (const name of ['ttyUSB0', 'ttyUSB2']) tree.forbidden.add(tree.dev(name));
  const { port } = await list(tree);
  expect(port('ttyUSB0')).toMatchObject({
    mayOpen: false,
    missingGroup: 'dialout',
    obstacle: expect.stringContaining('run usermod -aG dialout ada and log in again'),
  });
  expect(port('ttyUSB2')).toMatchObject({
    mayOpen: false,
    missingGroup: null,
    obstacle: expect.stringContaining('only its owner'),
  });
  expect(port('ttyS0')).toMatchObject({ mayOpen: true, obstacle: null });
});

test('a port without a node, as in a container, is listed and says so', async () => {
  const tree = bench();
  rmSync(tree.dev('ttyACM0'));
  expect((await list(tree)).port('ttyACM0')).toMatchObject({
    mayOpen: false,
    obstacle: expect.stringContaining('a container must be given it'),
  });
});

test('ModemManager may probe USB ports, unless a rule tells it to leave them alone', async () => {
  const tree = bench().process(612, 'ModemManager');
  tree.rules(`# ATTRS{idVendor}=="1a86", ENV{ID_MM_DEVICE_IGNORE}="1"
SUBSYSTEMS=="usb", ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ENV{ID_MM_DEVICE_IGNORE}="1"
ATTRS{idVendor}=="1546", ATTRS{idProduct}=="ffff", ENV{ID_MM_PORT_IGNORE}="1"
`);
  const { port, modemManager } = await list(tree);
  expect(modemManager).toEqual({ pid: 612 });
  const may = ['ttyUSB0', 'ttyUSB2', 'ttyACM0', 'ttyS0'].map((name) => port(name)?.modemManagerMayProbe);
  expect(may).toEqual([false, true, true, false]);
  tree.rules('ENV{ID_MM_PORT_IGNORE}="1"\n');
  expect((await list(tree)).port('ttyUSB2')?.modemManagerMayProbe).toBe(false);
});

test('those who ask at the same time share one look, and the next look is a new one', async () => {
  const tree = bench();
  const lister = portLister(tree.roots);
  const [one, other] = await Promise.all([lister(new Map()), lister(new Map())]);
  expect(one.items[0]?.usb).toBe(other.items[0]?.usb);
  tree.unplug('ttyUSB0');
  expect((await lister(new Map())).items).toHaveLength(one.items.length - 1);
});
