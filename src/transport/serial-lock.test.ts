import { expect, test } from 'vitest';
import { holderIn, lockHolder } from './serial-lock.ts';

const locks = `1: POSIX  ADVISORY  WRITE 11 00:1a:3 0 EOF
2: FLOCK  ADVISORY  READ  12 00:1a:3 0 EOF
3: FLOCK  ADVISORY  WRITE 13 00:1b:3 0 EOF
3: -> FLOCK  ADVISORY  WRITE 14 00:1a:4 0 EOF
4: FLOCK  ADVISORY  WRITE 4711 00:1a:3 0 EOF
5: FLOCK  ADVISORY  WRITE 15 103:02:77 0 EOF
`;

test('the exclusive lock on that very file is found', () => {
  expect(holderIn(locks, 0x1a, 3)).toBe(4711);
  expect(holderIn(locks, 0x1a, 5)).toBeUndefined();
  expect(holderIn('', 0x1a, 3)).toBeUndefined();
});

test('device numbers are taken apart as Linux puts them together', () => {
  expect(holderIn(locks, (0x103 << 8) | 0x02, 77)).toBe(15);
});

test('a file that is not there is held by nobody', async () => {
  expect(await lockHolder('/nowhere')).toBeUndefined();
});
