import { expect, onTestFinished, test, vi } from 'vitest';
import { openPty } from '../../simulators/wire/pty.ts';
import { serialOf } from '../../src/transport/serial.ts';
import { PortTree } from '../support/port-tree.ts';
import { Heard, openBytes, openContext, rejection, text } from './support.ts';

const ftdi = { at: '1-1', vendorId: '0403', productId: '6001', serialNumber: 'A1', driver: 'ftdi_sio' };

/** A machine whose adapter's node leads to a real terminal. */
async function plugged() {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  const pty = await openPty();
  onTestFinished(() => pty.close());
  return { tree, pty, serial: serialOf(tree.roots) };
}

const settings = { usb: { vendorId: '0403', productId: '6001', serialNumber: 'A1' }, baudRate: 9600 };

test('a device that comes back under another name is opened there', async () => {
  const { tree, pty, serial } = await plugged();
  tree.usb({ ...ftdi, name: 'ttyUSB0', node: pty.path });
  const first = await openBytes(serial, settings);
  expect(first.label).toBe(tree.dev('ttyUSB0'));
  await first.close();
  tree.unplug('ttyUSB0');
  expect(await rejection(serial.open(settings, openContext()))).toMatchObject({
    code: 'device-offline',
    message: expect.stringContaining('no serial port is USB 0403:6001, serial number A1'),
  });
  tree.usb({ ...ftdi, name: 'ttyUSB3', node: pty.path });
  const second = await openBytes(serial, settings);
  expect(second.label).toBe(tree.dev('ttyUSB3'));
  const heard = new Heard(pty.far);
  await second.write(text('hello'));
  await vi.waitFor(() => expect(heard.text).toBe('hello'));
});
