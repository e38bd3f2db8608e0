import { expect, onTestFinished, test } from 'vitest';
import { openPty } from '../../simulators/wire/pty.ts';
import { systemClock } from '../../src/clock.ts';
import { portLister } from '../../src/transport/ports/index.ts';
import { serialOf } from '../../src/transport/serial.ts';
import { httpOver } from '../support/http.ts';
import { PortTree } from '../support/port-tree.ts';
import { createRig, MemoryLine } from '../support/rig.ts';
import { ToyDevice, toyDriver } from '../support/toy.ts';

const ftdi = { vendorId: '0403', productId: '6001', manufacturer: 'FTDI', product: 'FT232R', driver: 'ftdi_sio' };

/** A service over HTTP on a machine of its own, with a device on a port that is looked for by its USB identity. */
async function service() {
  const tree = new PortTree();
  onTestFinished(() => tree.remove());
  const pty = await openPty();
  onTestFinished(() => pty.close());
  new ToyDevice().serve(pty.far);
  tree
    .usb({ ...ftdi, name: 'ttyUSB0', at: '1-1', serialNumber: 'A1', node: pty.path })
    .usb({ ...ftdi, name: 'ttyUSB1', at: '1-2', serialNumber: 'B2' })
    .process(4711, 'minicom', [tree.dev('ttyUSB1')])
    .process(612, 'ModemManager');
  const rig = createRig(toyDriver(), { line: new MemoryLine(() => {}) }, []);
  const serial = serialOf(tree.roots);
  const settings = { usb: { vendorId: '0403', productId: '6001', serialNumber: 'A1' } };
  rig.registry.addConnection('bench', {
    transport: serial.presents,
    shape: serial.shape,
    label: serial.label(settings),
    simulated: false,
    open: (signal) => serial.open(settings, { signal, clock: systemClock }),
  });
  const http = await httpOver(rig, { ports: portLister(tree.roots) });
  return { tree, rig, http };
}

interface Listed {
  readonly items: readonly { readonly path: string; readonly connection: string | null }[];
}

test('the ports are listed with who has them', async () => {
  const { tree, http } = await service();
  const response = await http.inject('/v1/ports');
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({
    modemManager: { pid: 612 },
    items: [
      { path: tree.dev('ttyUSB0'), usb: { serialNumber: 'A1' }, connection: null, modemManagerMayProbe: true },
      { path: tree.dev('ttyUSB1'), connection: null, heldBy: [{ pid: 4711, command: 'minicom' }] },
    ],
  });
});

test('a port that a connection has open carries its name', async () => {
  const { tree, rig, http } = await service();
  const base = {
    driver: 'toy',
    connection: 'bench',
    options: {},
    labels: {},
    restrictions: {},
    managedBy: 'api',
  } as const;
  const device = rig.registry.add({ ...base, id: 'toy', enabled: true });
  const link = rig.registry.connections.find(({ name }) => name === 'bench');
  await expect.poll(() => link?.openAs).toBe(tree.dev('ttyUSB0'));
  const connections = async () => {
    const { items } = (await http.inject('/v1/ports')).json<Listed>();
    return items.map(({ connection }) => connection);
  };
  expect(await connections()).toEqual(['bench', null]);
  await link?.leave(device);
  expect(await connections()).toEqual([null, null]);
});

test('what the answer holds is what the document says, null or not', async () => {
  const { http } = await service();
  const { components } = (await http.inject('/openapi.json')).json<{
    components: { schemas: Record<string, { required?: string[] }> };
  }>();
  const { items } = (await http.inject('/v1/ports')).json<{ items: object[] }>();
  for (const item of items)
    expect(Object.keys(item).toSorted()).toEqual(components.schemas['Port']?.required?.toSorted());
});

test('a query is refused', async () => {
  const { http } = await service();
  expect((await http.inject('/v1/ports?all=true')).statusCode).toBe(400);
});
