import type { Checksum } from './checksum.ts';

/** The parameters of a CRC as the reveng catalogue gives them (https://reveng.sourceforge.io/crc-catalogue/). */
export interface Crc {
  readonly width: 8 | 16 | 32;
  readonly poly: number;
  readonly init: number;
  /** Bits of each byte come least significant first. */
  readonly refin: boolean;
  readonly refout: boolean;
  readonly xorout: number;
}

/** The register stands at the top of 32 bits, whatever its width. */
export function crc({ width, poly, init, refin, refout, xorout }: Crc): Checksum {
  const shift = 32 - width;
  const divisor = poly << shift;
  return {
    bytes: width / 8,
    compute(message) {
      let register = init << shift;
      for (const byte of message) {
        register ^= (refin ? reversed(byte, 8) : byte) << 24;
        for (let bit = 0; bit < 8; bit++) register = register < 0 ? (register << 1) ^ divisor : register << 1;
      }
      const result = register >>> shift;
      return ((refout ? reversed(result, width) : result) ^ xorout) >>> 0;
    },
  };
}

function reversed(value: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result = (result << 1) | ((value >>> bit) & 1);
  return result >>> 0;
}
