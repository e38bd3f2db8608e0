import { expect, test } from 'vitest';
import { networkOf } from './network.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['1::2:3:4:5:6:7', '1:0:2:3'],
  ['1::2:3:4:5:192.0.2.7', '1:0:2:3'],
  ['2001:db8::', '2001:db8:0:0'],
])('%s is one client with the rest of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
