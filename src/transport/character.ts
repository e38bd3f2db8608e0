export interface CharacterFormat {
  readonly baudRate: number;
  readonly dataBits: number;
  readonly parity: string;
  readonly stopBits: number;
}

/** How long one character takes on the line, in ms: a start bit, the data, a parity bit if there is one, stop bits. */
export function characterMs({ baudRate, dataBits, parity, stopBits }: CharacterFormat): number {
  return ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) / baudRate) * 1000;
}
