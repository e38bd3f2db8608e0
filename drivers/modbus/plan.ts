import { type Request, readBits, readRegisters } from './pdu.ts';
import { isBitTable, type Place } from './place.ts';

export interface ReadLimits {
  readonly maxRegisters: number;
  readonly maxBits: number;
  readonly maxGap: number;
}

/** One request, and what lies in its answer. */
export interface Block<M> {
  readonly place: Place;
  readonly members: readonly M[];
}

/** Reads a place: registers as they are, bits as 0 and 1 (§6.1 to §6.4). */
export function readRequest({ table, address, count }: Place): Request<number[]> {
  if (!isBitTable(table)) return readRegisters(table === 'holding' ? 3 : 4, address, count);
  const { pdu, parse } = readBits(table === 'coil' ? 1 : 2, address, count);
  return { pdu, parse: (reply) => parse(reply).map(Number) };
}

/**
 * As few requests as the limits allow: neighbours go together, and what lies further apart than `maxGap` does not. What
 * `isAlone` says of goes by itself.
 */
export function planReads<M extends { readonly place: Place }>(
  members: readonly M[],
  limits: ReadLimits,
  isAlone: (place: Place) => boolean,
): Block<M>[] {
  const blocks: Block<M>[] = [];
  for (const member of members.toSorted((a, b) => order(a.place, b.place))) {
    const last = blocks.at(-1);
    const merged = last && mergedPlace(last.place, member.place, limits);
    const mayMerge =
      last !== undefined && (samePlace(last.place, member.place) || (!isAlone(last.place) && !isAlone(member.place)));
    if (merged === undefined || !mayMerge) blocks.push({ place: member.place, members: [member] });
    else blocks.splice(-1, 1, { place: merged, members: [...last.members, member] });
  }
  return blocks;
}

/** Both places in one, if one request may read it. */
function mergedPlace(a: Place, b: Place, limits: ReadLimits): Place | undefined {
  if (a.table !== b.table || b.address > a.address + a.count + limits.maxGap) return undefined;
  const count = Math.max(a.address + a.count, b.address + b.count) - a.address;
  const most = isBitTable(a.table) ? limits.maxBits : limits.maxRegisters;
  return count > most ? undefined : { table: a.table, address: a.address, count };
}

function order(a: Place, b: Place): number {
  if (a.table !== b.table) return a.table < b.table ? -1 : 1;
  return a.address - b.address || a.count - b.count;
}

/** Bits of one register share it, also where nothing else may be merged. */
function samePlace(a: Place, b: Place): boolean {
  return a.table === b.table && a.address === b.address && a.count === b.count;
}
