import type { ByteConnection } from '../../src/driver/index.ts';

/** Modbus Serial Line V1.02, §6.2.2, on its own: the tests share no code with the driver. */
export function withCrc(...body: readonly number[]): Uint8Array {
  let crc = 0xff_ff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa0_01 : crc >>> 1;
  }
  return Uint8Array.of(...body, crc & 0xff, crc >>> 8);
}

/** A unit on an RTU line, one request per chunk; `answer` gives the response without address and checksum, or nothing. */
export function unitOn(far: ByteConnection, answer: (pdu: Buffer, unit: number) => readonly number[] | undefined) {
  const requests: string[] = [];
  const say = (unit: number, pdu: readonly number[]): void => void far.write(withCrc(unit, ...pdu)).catch(() => {});
  far.onData((chunk) => {
    const bytes = Buffer.from(chunk);
    const unit = bytes[0] ?? 0;
    const pdu = bytes.subarray(1, -2);
    requests.push(pdu.toString('hex'));
    const reply = answer(pdu, unit);
    if (reply !== undefined) say(unit, reply);
  });
  return { requests, say };
}
