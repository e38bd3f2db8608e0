/** The checksum as the standard's flow chart computes it, bit by bit (Serial Line V1.02, §6.2.2). */
export function checksum(bytes: Uint8Array): number {
  let register = 0xff_ff;
  for (const byte of bytes) {
    register ^= byte;
    for (let shift = 0; shift < 8; shift++) {
      const carry = register & 1;
      register >>= 1;
      if (carry === 1) register ^= 0xa0_01;
    }
  }
  return register;
}
