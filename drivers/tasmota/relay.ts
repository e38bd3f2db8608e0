import { type Fields, fieldOf, type JsonSchema } from '../../src/driver/index.ts';
import type { Description } from './description.ts';
import { stateOf, type Words } from './document.ts';
import type { Feature, Order } from './feature.ts';
import { numbered, settable } from './specs.ts';

/** The command that switches a relay (docs, "Commands", `Power<x>`). */
export function powerCommand(relay: number, { relays }: Description): string {
  return relay === 1 && relays.length === 1 ? 'POWER' : `POWER${relay}`;
}

/** A relay's state in a document: `POWER` for the only one, `POWER1` for the first of several or with SetOption26. */
export function relayState(fields: Fields, relay: number, words: Words): boolean | undefined {
  const on = relay === 1 ? stateOf(fieldOf(fields, 'POWER'), words) : undefined;
  return on ?? stateOf(fieldOf(fields, `POWER${relay}`), words);
}

export function powerOrder(relay: number, description: Description, to: boolean | 'TOGGLE'): Order {
  return {
    command: powerCommand(relay, description),
    payload: to === 'TOGGLE' ? to : to ? 'ON' : 'OFF',
    answer(fields, words) {
      const on = relayState(fields, relay, words);
      return to === 'TOGGLE' || on === to ? on : undefined;
    },
  };
}

const onOff: JsonSchema = { type: 'boolean', title: 'Power', description: 'True: on.', examples: [true] };

export function relayFeatures(description: Description): readonly Feature[] {
  const { relays } = description;
  return relays.map((relay) => ({
    name: numbered('power', relay, relays.length),
    spec: settable(`${relays.length === 1 ? 'The relay' : `Relay ${relay}`}, as the firmware holds it`, onOff),
    from: 'state',
    told: (fields, words) => relayState(fields, relay, words),
    set: (value) => powerOrder(relay, description, value === true),
  }));
}
