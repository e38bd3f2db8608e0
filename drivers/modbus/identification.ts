import type { Request } from './pdu.ts';

/** Objects of the basic category (§6.21). */
export const identificationObjects = { 'vendor-name': 0, 'product-code': 1, revision: 2 } as const;

/** §6.21 Read Device Identification, 43/14, of one object (access type 4). */
export function readIdentification(object: number): Request<string> {
  return {
    pdu: Uint8Array.of(43, 14, 4, object),
    parse(reply) {
      // Function, MEI type, access, conformity, more follows, next object, count, then object, length and text.
      const length = reply[8] ?? 0;
      const isAnswer = reply[0] === 43 && reply[1] === 14 && reply[2] === 4 && reply[6] === 1 && reply[7] === object;
      if (!isAnswer || reply.length !== 9 + length) throw new Error(`the response should hold object ${object}`);
      return reply.subarray(9).toString('latin1');
    },
  };
}

/** How long a response of 43/14 is; undefined while its head is not there yet. */
export function identificationLength(reply: Uint8Array): number | undefined {
  const objects = reply[6];
  if (objects === undefined) return undefined;
  let length = 7;
  for (let object = 0; object < objects; object++) {
    const size = reply[length + 1];
    if (size === undefined) return undefined;
    length += 2 + size;
  }
  return length;
}
