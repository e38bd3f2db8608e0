import type { Wish } from './convention.ts';
import { valueOf } from './kind.ts';
import { commandOf, type Slot } from './slot.ts';

/** What a payload for a slot asks of its device. Whether the device may be asked that is for the pipeline to say. */
export function wishOf(device: string, slot: Slot, payload: string): Wish {
  const { kind, param } = slot;
  const command = commandOf(slot);
  if (kind === undefined) return { kind: 'command', device, command, params: {} };
  const asked = valueOf(payload, kind);
  if (asked !== undefined) return { kind: 'command', device, command, params: { [param ?? 'value']: asked.value } };
  const a = kind.type === 'integer' || kind.type === 'enum' ? 'an' : 'a';
  const detail = `${JSON.stringify(payload.slice(0, 100))} is not ${a} ${kind.type}`;
  return { kind: 'nonsense', device, command, detail };
}
