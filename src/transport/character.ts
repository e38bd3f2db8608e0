import { Type } from '@sinclair/typebox';

/** Settings of every serial port, wherever it is; parities differ. */
export const characterSettings = {
  baudRate: Type.Optional(
    Type.Integer({
      minimum: 50,
      maximum: 12_000_000,
      unit: 'Bd',
      description: 'Symbols per second; 9600 if absent.',
    }),
  ),
  dataBits: Type.Optional(
    Type.Unsafe<5 | 6 | 7 | 8>({
      type: 'integer',
      enum: [5, 6, 7, 8],
      description: 'Bits per character; 8 if absent.',
    }),
  ),
  stopBits: Type.Optional(
    Type.Unsafe<1 | 2>({ type: 'integer', enum: [1, 2], description: 'Stop bits; 1 if absent.' }),
  ),
};

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
