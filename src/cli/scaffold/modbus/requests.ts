import type { Transaction } from './conversation.ts';

export type Table = 'coil' | 'discrete' | 'input' | 'holding';

/** What a request was about: registers, or bits as 0 and 1. */
export interface Span {
  readonly table: Table;
  readonly address: number;
  readonly numbers: readonly number[];
}

export type WriteFunction = 5 | 6 | 15 | 16 | 23;

/** What came of a transaction. */
export type Done =
  | { readonly kind: 'read'; readonly span: Span }
  | { readonly kind: 'written'; readonly span: Span; readonly by: WriteFunction }
  /** It said no, or nobody can tell what it said; in words. */
  | { readonly kind: 'untold'; readonly why: string };

const readers: Readonly<Record<number, Table>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' };

/** What a transaction read and wrote (Application Protocol V1.1b3, §6). */
export function doneBy({ request, response }: Transaction): readonly Done[] {
  const code = request.pdu.readUInt8(0);
  if (response === undefined) return untold(`function ${code} was not answered`);
  if (response.pdu.readUInt8(0) !== code) {
    const place = request.pdu.length >= 3 ? ` at ${request.pdu.readUInt16BE(1)}` : '';
    return untold(`function ${code}${place} was answered with exception ${response.pdu[1] ?? '?'}`);
  }
  const found = understood(code, request.pdu, response.pdu);
  return found ?? untold(`function ${code} is nothing that a draft has`);
}

function untold(why: string): readonly Done[] {
  return [{ kind: 'untold', why }];
}

function understood(code: number, asked: Buffer, told: Buffer): readonly Done[] | undefined {
  if (asked.length < 5) return undefined;
  const [address, second] = [asked.readUInt16BE(1), asked.readUInt16BE(3)];
  const table = readers[code];
  if (table !== undefined) return spanOf(table, address, second, told.subarray(2)).map(read);
  if (code === 5) return [written({ table: 'coil', address, numbers: [second === 0 ? 0 : 1] }, 5)];
  if (code === 6) return [written({ table: 'holding', address, numbers: [second] }, 6)];
  if (code === 15) return spanOf('coil', address, second, asked.subarray(6)).map((span) => written(span, 15));
  if (code === 16) return spanOf('holding', address, second, asked.subarray(6)).map((span) => written(span, 16));
  if (code !== 23 || asked.length < 10) return undefined;
  // §6.17: the write comes first.
  const written23 = spanOf('holding', asked.readUInt16BE(5), asked.readUInt16BE(7), asked.subarray(10));
  const read23 = spanOf('holding', address, second, told.subarray(2));
  return [...written23.map((span) => written(span, 23)), ...read23.map(read)];
}

const read = (span: Span): Done => ({ kind: 'read', span });
const written = (span: Span, by: WriteFunction): Done => ({ kind: 'written', span, by });

/** Nothing where the bytes are fewer than were asked for. */
function spanOf(table: Table, address: number, count: number, data: Buffer): readonly Span[] {
  const isBits = table === 'coil' || table === 'discrete';
  if (count === 0 || address + count > 0x1_00_00 || data.length < (isBits ? Math.ceil(count / 8) : count * 2))
    return [];
  const numbers = Array.from({ length: count }, (_, at) =>
    isBits ? ((data[at >> 3] ?? 0) >> (at % 8)) & 1 : data.readUInt16BE(at * 2),
  );
  return [{ table, address, numbers }];
}
