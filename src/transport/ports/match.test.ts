import { expect, onTestFinished, test } from 'vitest';
import { PortTree } from '../../../test/support/port-tree.ts';
import { portPath } from './match.ts';

const ftdi = { vendorId: '0403', productId: '6001', driver: 'ftdi_sio' };
const quad = { vendorId: '0403', productId: '6011', driver: 'ftdi_sio' };
const ch340 = { vendorId: '1a86', productId: '7523', driver: 'ch341-uart' };

function machine(): PortTree {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  return tree.uart('ttyS0', 4);
}

test('a path stays what it is, whatever there is', async () => {
  expect(await portPath({ path: '/dev/serial/by-id/x' }, machine().roots)).toBe('/dev/serial/by-id/x');
});

test('a device is found by what it says, and again under another name', async () => {
  const tree = machine()
    .usb({ ...ftdi, name: 'ttyUSB0', at: '1-1', serialNumber: 'A1' })
    .usb({ ...ftdi, name: 'ttyUSB1', at: '1-2', serialNumber: 'B2' });
  const usb = { vendorId: '0403', productId: '6001', serialNumber: 'A1' };
  expect(await portPath({ usb }, tree.roots)).toBe(tree.dev('ttyUSB0'));
  tree.unplug('ttyUSB0').usb({ ...ftdi, name: 'ttyUSB7', at: '1-4', serialNumber: 'A1' });
  expect(await portPath({ usb }, tree.roots)).toBe(tree.dev('ttyUSB7'));
});

test('hexadecimal digits may be written either way; serial numbers may not', async () => {
  const tree = machine().usb({ ...ch340, vendorId: '1A86', name: 'ttyUSB0', at: '1-1', serialNumber: 'ab' });
  expect(await portPath({ usb: { vendorId: '1A86', productId: '7523' } }, tree.roots)).toBe(tree.dev('ttyUSB0'));
  const usb = { vendorId: '1a86', productId: '7523', serialNumber: 'AB' };
  await expect(portPath({ usb }, tree.roots)).rejects.toMatchObject({ code: 'device-offline' });
});

test('one port of an adapter with several', async () => {
  const tree = machine();
  for (const port of [0, 1, 2, 3]) tree.usb({ ...quad, name: `ttyUSB${port}`, at: '1-1', interface: port });
  const usb = { vendorId: '0403', productId: '6011' };
  expect(await portPath({ usb: { ...usb, interface: 2 } }, tree.roots)).toBe(tree.dev('ttyUSB2'));
  await expect(portPath({ usb }, tree.roots)).rejects.toMatchObject({
    code: 'device-offline',
    message: expect.stringMatching(/4 serial ports are USB 0403:6011.*Give its interface$/),
  });
});

test('two that only their serial numbers tell apart', async () => {
  const tree = machine()
    .usb({ ...ftdi, name: 'ttyUSB0', at: '1-1', serialNumber: 'A1' })
    .usb({ ...ftdi, name: 'ttyUSB1', at: '1-2', serialNumber: 'B2' });
  await expect(portPath({ usb: { vendorId: '0403', productId: '6001' } }, tree.roots)).rejects.toMatchObject({
    message: expect.stringMatching(/ttyUSB0 .*A1.*ttyUSB1 .*B2.*Give its serialNumber$/),
  });
});

test('two that nothing tells apart but where they are plugged in', async () => {
  const tree = machine()
    .usb({ ...ch340, name: 'ttyUSB0', at: '1-1' })
    .usb({ ...ch340, name: 'ttyUSB1', at: '1-2' });
  await expect(portPath({ usb: { vendorId: '1a86', productId: '7523' } }, tree.roots)).rejects.toMatchObject({
    code: 'device-offline',
    message: expect.stringMatching(/by-path\/pci-0000:00:14\.0-usb-0:1-1:1\.0-port0.*1-2:1\.0.*by-path\/…$/),
  });
});

test('none: it says what it looked for, and what is there', async () => {
  const tree = machine();
  const usb = { vendorId: '0403', productId: '6001', serialNumber: 'A1' };
  await expect(portPath({ usb }, tree.roots)).rejects.toMatchObject({
    code: 'device-offline',
    message: 'no serial port is USB 0403:6001, serial number A1; there are no USB serial ports at all',
  });
  for (let count = 0; count < 12; count++) tree.usb({ ...ch340, name: `ttyUSB${count}`, at: `1-${count}` });
  await expect(portPath({ usb }, tree.roots)).rejects.toMatchObject({
    message: expect.stringMatching(/ttyUSB0 \(USB 1a86:7523, no serial number, interface 0\); .*; and 4 more$/),
  });
});
