import { bitFieldOf } from './bit-field.ts';
import type { Findings } from './findings.ts';
import type { ModbusMap } from './map-schema.ts';
import { type Place, placeOf } from './place.ts';

interface Taken {
  readonly name: string;
  readonly place: Place;
  readonly mask: number;
}

/** Writing one property must not change another. */
export function checkOverlaps(map: ModbusMap, findings: Findings): void {
  const taken: Taken[] = [];
  for (const [name, { register, write }] of Object.entries(map.properties)) {
    const place = placeOf(register);
    if (write === undefined || place === undefined) continue;
    const own = { name, place, mask: bitFieldOf(register)?.mask ?? 0xff_ff };
    const other = taken.find((candidate) => overlap(candidate, own));
    if (other !== undefined) findings.at(name, 'register').add(`lies where ${other.name} is written, too`);
    taken.push(own);
  }
}

function overlap({ place: a, mask }: Taken, { place: b, mask: other }: Taken): boolean {
  const isApart = a.table !== b.table || a.address + a.count <= b.address || b.address + b.count <= a.address;
  // Fields of bits lie in one register each.
  return !isApart && (mask & other) !== 0;
}
