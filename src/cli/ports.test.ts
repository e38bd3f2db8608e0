import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { PortTree } from '../../test/support/port-tree.ts';
import { portLister } from '../transport/ports/index.ts';
import { addPorts } from './ports.ts';

const ftdi = { vendorId: '0403', productId: '6001', manufacturer: 'FTDI', product: 'FT232R', driver: 'ftdi_sio' };

function machine(): PortTree {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  return tree;
}

async function run(tree: PortTree, ...args: string[]): Promise<string> {
  let printed = '';
  let code: number | undefined;
  const program = new Command('bellcrank');
  const out = (text: string): void => void (printed += text);
  addPorts(program, { out }, (ended) => (code = ended), portLister(tree.roots));
  await program.parseAsync(['ports', ...args], { from: 'user' });
  expect(code).toBe(0);
  return printed.replaceAll(tree.folder, '');
}

test('a port a paragraph, with what goes into the configuration', async () => {
  const tree = machine();
  tree
    .usb({ ...ftdi, name: 'ttyUSB0', at: '1-1', serialNumber: "A'1" })
    .uart('ttyS0', 4)
    .process(4711, 'minicom', [tree.dev('ttyUSB0')])
    .process(612, 'ModemManager');
  expect(await run(tree)).toBe(`/dev/ttyS0
  kernel driver serial

/dev/ttyUSB0
  FTDI FT232R
  usb: { vendorId: '0403', productId: '6001', serialNumber: 'A''1', interface: 0 }
  kernel driver ftdi_sio
  /dev/serial/by-id/usb-FTDI_FT232R_A'1-if00-port0
  /dev/serial/by-path/pci-0000:00:14.0-usb-0:1-1:1.0-port0
  in use by process 4711 (minicom)
  ModemManager may talk to it

ModemManager runs (process 612) and may talk to the ports marked so.
`);
});

test('what keeps a port from being opened is said', async () => {
  const tree = machine().uart('ttyS0', 4);
  tree.forbidden.add(tree.dev('ttyS0'));
  expect(await run(tree)).toContain('  no permission to open /dev/ttyS0; ');
});

test('no ports are no error', async () => {
  expect(await run(machine())).toBe('There are no serial ports.\n');
});

test('--json prints what the service answers', async () => {
  const tree = machine().uart('ttyS0', 4);
  expect(JSON.parse(await run(tree, '--json'))).toMatchObject({
    items: [{ path: '/dev/ttyS0', usb: null, connection: null }],
    modemManager: null,
  });
});
