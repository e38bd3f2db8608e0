import type { Checksum } from './checksum.ts';
import { crc } from './crc.ts';
import { bitSum, invertedSum, negativeSum, sum, xor } from './sums.ts';
import { adler32, brooksCryo, cpi, hexDigitSum, hexPairsLrc, leybold } from './special.ts';

const all16 = 0xffff;
const all32 = 0xffffffff;

/** Named in the reveng CRC catalogue. */
const catalogue = {
  'crc-8/smbus': crc({ width: 8, poly: 0x07, init: 0, refin: false, refout: false, xorout: 0 }),
  'crc-8/maxim': crc({ width: 8, poly: 0x31, init: 0, refin: true, refout: true, xorout: 0 }),
  'crc-16/umts': crc({ width: 16, poly: 0x8005, init: 0, refin: false, refout: false, xorout: 0 }),
  'crc-16/arc': crc({ width: 16, poly: 0x8005, init: 0, refin: true, refout: true, xorout: 0 }),
  'crc-16/modbus': crc({ width: 16, poly: 0x8005, init: all16, refin: true, refout: true, xorout: 0 }),
  'crc-16/ccitt-false': crc({ width: 16, poly: 0x1021, init: all16, refin: false, refout: false, xorout: 0 }),
  'crc-16/spi-fujitsu': crc({ width: 16, poly: 0x1021, init: 0x1d0f, refin: false, refout: false, xorout: 0 }),
  'crc-16/xmodem': crc({ width: 16, poly: 0x1021, init: 0, refin: false, refout: false, xorout: 0 }),
  'crc-16/kermit': crc({ width: 16, poly: 0x1021, init: 0, refin: true, refout: true, xorout: 0 }),
  'crc-16/x-25': crc({ width: 16, poly: 0x1021, init: all16, refin: true, refout: true, xorout: all16 }),
  'crc-32/bzip2': crc({ width: 32, poly: 0x04c11db7, init: all32, refin: false, refout: false, xorout: all32 }),
  'crc-32/iso-hdlc': crc({ width: 32, poly: 0x04c11db7, init: all32, refin: true, refout: true, xorout: all32 }),
  'crc-32/mpeg-2': crc({ width: 32, poly: 0x04c11db7, init: all32, refin: false, refout: false, xorout: 0 }),
  'crc-32/jamcrc': crc({ width: 32, poly: 0x04c11db7, init: all32, refin: true, refout: true, xorout: 0 }),
  'crc-32c': crc({ width: 32, poly: 0x1edc6f41, init: all32, refin: true, refout: true, xorout: all32 }),
} as const;

/** StreamDevice's names, so that its protocol files can be carried over, and the few that it does not have. */
const shortNames: Readonly<Record<string, Checksum>> = {
  sum: sum(1),
  sum8: sum(1),
  sum16: sum(2),
  sum32: sum(4),
  nsum8: negativeSum(1),
  nsum16: negativeSum(2),
  nsum32: negativeSum(4),
  notsum: invertedSum,
  xor: xor(),
  xor8: xor(),
  xor8ff: xor(0xff, 0xff),
  xor7: xor(0x7f),
  crc8: catalogue['crc-8/smbus'],
  ccitt8: catalogue['crc-8/maxim'],
  crc16: catalogue['crc-16/umts'],
  crc16r: catalogue['crc-16/arc'],
  modbus: catalogue['crc-16/modbus'],
  'crc16-modbus': catalogue['crc-16/modbus'],
  ccitt16: catalogue['crc-16/ccitt-false'],
  ccitt16a: catalogue['crc-16/spi-fujitsu'],
  ccitt16x: catalogue['crc-16/xmodem'],
  crc16c: catalogue['crc-16/xmodem'],
  xmodem: catalogue['crc-16/xmodem'],
  crc32: catalogue['crc-32/bzip2'],
  crc32r: catalogue['crc-32/iso-hdlc'],
  jamcrc: catalogue['crc-32/jamcrc'],
  adler32,
  hexsum8: hexDigitSum,
  lrc: negativeSum(1),
  hexlrc: hexPairsLrc,
  cpi,
  leybold,
  'brks-cryo': brooksCryo,
  bitsum: bitSum(1),
  bitsum8: bitSum(1),
  bitsum16: bitSum(2),
  bitsum32: bitSum(4),
};

/** Every checksum by its exact name. */
export const checksums: ReadonlyMap<string, Checksum> = new Map<string, Checksum>([
  ...Object.entries(shortNames),
  ...Object.entries(catalogue),
  ['crc-16/ibm-3740', catalogue['crc-16/ccitt-false']],
  ['crc-32/iscsi', catalogue['crc-32c']],
]);
