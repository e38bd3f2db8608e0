import { expect, test } from 'vitest';
import type { SerialDefaults } from '../driver/contract.ts';
import { catalogue, load, problemsOf } from './fixture.ts';

/** The fixture's supply under two more names, each with a port as its driver wants it. */
function drivers(a: SerialDefaults, b: SerialDefaults) {
  const [supply] = catalogue.drivers;
  if (supply === undefined) throw new Error('the fixture has a supply');
  const named = (name: string, serial: SerialDefaults) => ({
    ...supply,
    model: { ...supply.model, name },
    address: () => name,
    serial,
  });
  return { drivers: [named('a', a), named('b', b), supply] };
}

const both = (settings: string): string =>
  `connections: { l: { serial: { path: /dev/a${settings} } } }\n` +
  'devices: { x: { driver: a, connection: l }, y: { driver: b, connection: l } }\n';

test('a port is set as the drivers on it know, unless its connection says otherwise', async () => {
  const known = drivers({ baudRate: 19_200 }, {});
  const settings = async (text: string): Promise<unknown> => {
    const result = await load(text, known);
    return result.ok && result.config.connections['l']?.kind === 'transport' && result.config.connections['l'].settings;
  };
  expect(await settings(both(''))).toEqual({ path: '/dev/a', baudRate: 19_200 });
  expect(await settings(both(', baudRate: 300'))).toEqual({ path: '/dev/a', baudRate: 300 });
  const none = 'connections: { l: { serial: { path: /dev/a } } }\ndevices: { x: { driver: supply, connection: l } }\n';
  expect(await settings(none)).toEqual({ path: '/dev/a', baudRate: 9600 });
});

test('a setting that the transport has not is not made up', async () => {
  const tcp = 'connections: { l: { tcp: { host: h, port: 1 } } }\ndevices: { x: { driver: a, connection: l } }\n';
  const result = await load(tcp, drivers({ baudRate: 300, parity: 'even' }, {}));
  expect(result.ok && result.config.connections['l']).toMatchObject({ settings: { host: 'h', port: 1 } });
});

test('devices that disagree make the connection say it', async () => {
  const known = drivers({ baudRate: 19_200 }, { baudRate: 9600 });
  expect(await problemsOf(both(''), known)).toEqual([
    'lab.yaml:1:29: connections.l.serial: does not say baudRate, and its devices disagree: x has 19200, y has 9600; ' +
      'set all to one of them and write `baudRate: 19200` or `baudRate: 9600`',
  ]);
  expect(await problemsOf(both(', baudRate: 9600'), known)).toEqual([]);
});
