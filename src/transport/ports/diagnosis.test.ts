import { chmodSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { PortTree } from '../../../test/support/port-tree.ts';
import { inUse, openFailure } from './diagnosis.ts';

const busy = new Error('Error: Device or resource busy, cannot open /dev/ttyUSB0');
const rule = 'ATTRS{idVendor}=="0403", ATTRS{idProduct}=="6001", ENV{ID_MM_DEVICE_IGNORE}="1"';

function machine(): PortTree {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  return tree.uart('ttyS0', 4).usb({
    name: 'ttyUSB0',
    at: '1-1',
    vendorId: '0403',
    productId: '6001',
    driver: 'ftdi_sio',
  });
}

test('a port in use names who has it, by its lock', async () => {
  const tree = machine().process(4711, 'minicom');
  const error = await inUse(tree.dev('ttyUSB0'), 4711, tree.roots);
  expect(error.code).toBe('device-offline');
  expect(error.message).toContain('is in use by process 4711 (minicom); stop it, or give this device another port');
});

test('a busy port names who has it, by his descriptors, whatever name it was opened by', async () => {
  const tree = machine();
  tree.process(4711, 'screen', [tree.dev('ttyUSB0')]);
  const path = tree.dev('serial/by-path/pci-0000:00:14.0-usb-0:1-1:1.0-port0');
  const error = await openFailure(path, busy, tree.roots);
  expect(error).toMatchObject({ code: 'device-offline', cause: busy });
  expect(error.message).toContain(`${path} is in use by process 4711 (screen)`);
});

test('this service itself is another connection', async () => {
  const tree = machine();
  const error = await inUse(tree.dev('ttyUSB0'), tree.roots.pid, tree.roots);
  expect(error.message).toContain('process 1000, which is this service; devices on one line share one connection');
});

test('ModemManager is named with the rule that has it leave the device alone', async () => {
  const tree = machine();
  tree.process(612, 'ModemManager', [tree.dev('ttyUSB0')]);
  const error = await openFailure(tree.dev('ttyUSB0'), busy, tree.roots);
  expect(error.message).toContain('process 612 (ModemManager); it looks for modems there');
  expect(error.message).toContain(rule);
});

test('where nobody is seen, ModemManager is a suspect, if it runs and the port is a USB one', async () => {
  const tree = machine();
  expect((await openFailure(tree.dev('ttyUSB0'), busy, tree.roots)).message).toMatch(
    /in use by another program; stop it, or give this device another port$/,
  );
  tree.process(612, 'ModemManager');
  const { message } = await openFailure(tree.dev('ttyUSB0'), busy, tree.roots);
  expect(message).toContain('If it is ModemManager (process 612)');
  expect(message).toContain(rule);
  expect((await openFailure(tree.dev('ttyS0'), busy, tree.roots)).message).not.toContain('ModemManager');
});

test('no permission names the group and the command', async () => {
  const tree = machine().group('dialout');
  const denied = new Error('Error: Permission denied, cannot open');
  chmodSync(tree.dev('ttyUSB0'), 0o660);
  expect((await openFailure(tree.dev('ttyUSB0'), denied, tree.roots)).message).toContain('usermod -aG dialout ada');
  chmodSync(tree.dev('ttyUSB0'), 0o600);
  expect((await openFailure(tree.dev('ttyUSB0'), denied, tree.roots)).message).toContain('only its owner may use it');
});

test.each([
  ['Error: No such file or directory, cannot open /dev/x', 'is the device plugged in?'],
  ['Error: Inappropriate ioctl for device', 'is not a serial port'],
  ['Error: Input/output error', 'cannot be opened: Error: Input/output error'],
])('%s', async (text, says) => {
  const error = await openFailure('/dev/x', new Error(text), machine().roots);
  expect(error).toMatchObject({ code: 'device-offline', message: expect.stringContaining(says) });
});
