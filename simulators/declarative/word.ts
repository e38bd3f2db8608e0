import { BellcrankError, quoted } from '../../src/driver/index.ts';
import { withBits } from '../../drivers/declarative/session/bits.ts';
import type { FieldPart } from '../../drivers/declarative/template/template.ts';
import type { DeviceBehaviour } from './behaviour.ts';
import type { ReadMeaning } from './hearings.ts';

/**
 * What a field tells that properties are read from: the value of the one that is all of it, or else an integer made of
 * the bits of all that are parts. Bits that nobody reads are those of the state named like the field, if the definition
 * gives it a first value, else 0. Throws `invalid-request` for a value that its bits cannot tell.
 */
export function fieldValues(part: FieldPart, readers: readonly ReadMeaning[], behaviour: DeviceBehaviour): unknown[] {
  const whole = readers.find(({ bits }) => bits === undefined);
  const parts = readers.filter(({ bits }) => bits !== undefined);
  const first = whole === undefined ? rest(part, behaviour) : behaviour.read(whole.property);
  if (parts.length === 0) return [first];
  let word = typeof first === 'number' ? first : 0;
  for (const { property, bits } of parts) {
    const value = behaviour.read(property);
    const next = bits && withBits(word, bits, value);
    if (next === undefined) {
      throw new BellcrankError('invalid-request', `the bits of ${property} cannot tell ${quoted(String(value))}`);
    }
    word = next;
  }
  return [word, ...signed(part, word)];
}

function rest({ name = '' }: FieldPart, behaviour: DeviceBehaviour): unknown {
  return Object.hasOwn(behaviour.definition.simulator.initial, name) ? behaviour.read(name) : 0;
}

/** The same bits as a raw integer with a sign has them, in two's complement. */
function signed({ conversion: { text, capacity } }: FieldPart, word: number): number[] {
  const isSigned = text.endsWith('r') && capacity?.minimum !== undefined && capacity.minimum < 0;
  return isSigned ? [Number(BigInt.asIntN(8 * (capacity.bytes ?? 8), BigInt(word)))] : [];
}
