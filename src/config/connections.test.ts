import { expect, test } from 'vitest';
import { catalogue } from './fixture.ts';
import { fits, statedBy } from './stated.ts';

const settings = { type: 'object' };
const transports = [
  { name: 'serial', presents: 'serial', settings },
  { name: 'rfc2217', presents: 'serial', settings },
  { name: 'tcp', settings },
];

test('a driver takes what presents itself as a transport of its own, and nothing else', () => {
  const [driver] = catalogue.drivers;
  if (driver === undefined) throw new Error('the fixture has drivers');
  const serial = { ...driver, transports: ['serial'] as const };
  const accepts = (connection: object): boolean | undefined => {
    const stated = statedBy(connection, { ...catalogue, transports });
    return stated && fits(serial, stated);
  };
  expect(accepts({ rfc2217: { host: 'h', port: 1 } })).toBe(true);
  expect(accepts({ serial: { path: 'p' } })).toBe(true);
  expect(accepts({ tcp: { host: 'h', port: 1 } })).toBe(false);
});
