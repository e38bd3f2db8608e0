import { expect, test } from 'vitest';
import { assertSchema, validate } from '../../src/driver/schema.ts';
import { mqtt, rfc2217, serial, tcp, transports } from '../../src/transport/index.ts';

test.each(transports.map((transport) => [transport.name, transport] as const))(
  '%s: a closed schema, every field described',
  (_, { settings }) => {
    assertSchema(settings);
    expect(settings).toMatchObject({ type: 'object', additionalProperties: false });
    const fields = Object.values(settings['properties'] as Record<string, { description?: string }>); // of an object schema
    for (const field of fields) expect(field.description).toMatch(/\.$/);
  },
);

test.each([
  [serial, { path: '/dev/ttyUSB0' }],
  [serial, { usb: { vendorId: '0403', productId: '6001', serialNumber: 'A1', interface: 0 } }],
  [
    serial,
    { path: '/dev/ttyUSB0', baudRate: 115_200, dataBits: 7, stopBits: 2, parity: 'even', xon: true, xoff: true },
  ],
  [tcp, { host: '::1', port: 5025, keepAlive: false, connectTimeoutMs: 100 }],
  [serial, { path: 'p', dtr: false, rts: true, echo: true, turnaroundMs: 2.5 }],
  [rfc2217, { host: 'h', port: 4000, parity: 'mark', flowControl: 'software', dtr: true, echo: true }],
  [mqtt, { url: 'wss://broker/mqtt', protocolVersion: 5, keepaliveSeconds: 5, caFile: 'ca.pem' }],
])('$name takes %j', ({ settings }, value) => {
  expect(validate(settings, value)).toEqual([]);
});

test.each([
  [serial, {}, '/path'],
  [serial, { path: 'p', usb: { vendorId: '0403', productId: '6001' } }, '/path'],
  [serial, { usb: { vendorId: '0403' } }, '/usb/productId'],
  [serial, { usb: { vendorId: '403', productId: '6001' } }, '/usb/vendorId'],
  [serial, { usb: { vendorId: '0403', productId: '6001', interface: -1 } }, '/usb/interface'],
  [serial, { path: 'p', dataBits: 9 }, '/dataBits'],
  [serial, { path: 'p', lock: false }, '/lock'],
  [tcp, { host: 'h', port: 0 }, '/port'],
  [tcp, { host: 'h', port: '5025' }, '/port'],
  [rfc2217, { host: 'h' }, '/port'],
  [rfc2217, { host: 'h', port: 1, rtscts: true }, '/rtscts'],
  [mqtt, { url: 'http://broker' }, '/url'],
  [mqtt, { url: 'mqtt://broker', clean: false }, '/clean'],
  [mqtt, { url: 'mqtt://broker', keepaliveSeconds: 0 }, '/keepaliveSeconds'],
])('$name refuses %j at %s', ({ settings }, value, pointer) => {
  expect(validate(settings, value)).toMatchObject([{ pointer }]);
});

test('labels name what is reached', () => {
  expect(serial.label({ path: '/dev/ttyUSB0' })).toBe('/dev/ttyUSB0');
  expect(serial.label({ usb: { vendorId: '0403', productId: '6001', serialNumber: 'A1', interface: 1 } })).toBe(
    'USB 0403:6001, serial number A1, interface 1',
  );
  expect(tcp.label({ host: '10.0.0.7', port: 5025 })).toBe('10.0.0.7:5025');
  expect(rfc2217.label({ host: 'fe80::1', port: 4000 })).toBe('rfc2217://[fe80::1]:4000');
  expect(tcp.label({ host: 'fe80::1', port: 5025 })).toBe('[fe80::1]:5025');
});
