import { type Candidate, type Fields, fieldOf, isFields, word, words } from '../../src/driver/index.ts';
import { type Exposed, type Feature, readExposes } from './exposes.ts';
import { describe, type Description } from './specs.ts';
import { inCommon } from './group.ts';
import { defaultBase } from './model.ts';
import { modelTitles } from './titles.ts';

/** A device or a group, as the bridge's inventory has it. */
export interface Entity {
  /** The IEEE address of a device, `group-3` for a group: what a rename leaves alone. */
  readonly identity: string;
  /** The friendly name, which is its topic. */
  readonly name: string;
  readonly group?: number;
  readonly description?: Description;
  /** Why it cannot be used. */
  readonly unsupported?: string;
  readonly candidate: Omit<Candidate, 'options'>;
}

/** Group numbers are a bridge's own, and a device can be told by two bridges while it moves. */
export function within(base: string, identity: string): string {
  return base === defaultBase ? identity : `${base}/${identity}`;
}

/** What is built for equal definitions once: the features, and the model that is made of them. */
export interface Definition extends Exposed {
  readonly description: Description;
}

/** Built definitions by their text; one model for all devices of one make. */
export type Definitions = Map<string, Definition>;

/** A friendly name is a topic, in which slashes may stand (zigbee2mqtt docs, "MQTT topics and messages"). */
function topicName(value: unknown): string | undefined {
  const name = word(value);
  if (name === undefined || /[+#]/.test(name) || name.startsWith('/') || name.endsWith('/')) return undefined;
  // The bridge's own topics are no device's.
  return name === 'bridge' || name.startsWith('bridge/') ? undefined : name;
}

/** One entry of `bridge/devices`; undefined for the coordinator and for what is no device. */
export function deviceOf(entry: unknown, definitions: Definitions): Entity | undefined {
  if (!isFields(entry) || fieldOf(entry, 'type') === 'Coordinator') return undefined;
  const identity = word(fieldOf(entry, 'ieee_address'))?.toLowerCase();
  const name = topicName(fieldOf(entry, 'friendly_name'));
  if (identity === undefined || !/^0x[\da-f]{1,16}$/.test(identity) || name === undefined) return undefined;
  const given = fieldOf(entry, 'definition');
  const definition = isFields(given) ? definitionOf(given, definitions) : undefined;
  const unsupported = whyNot(entry, definition);
  const version = word(fieldOf(entry, 'software_build_id'));
  const told = isFields(given) ? announced(given) : {};
  return {
    identity,
    name,
    ...(definition !== undefined && { description: definition.description }),
    ...(unsupported !== undefined && { unsupported }),
    candidate: {
      identity,
      name,
      ...told,
      ...(version !== undefined && { version }),
      ...(definition !== undefined && { summary: definition.description.model.summary }),
      ...(unsupported !== undefined && { unsupported }),
    },
  };
}

function announced(definition: Fields): Pick<Candidate, 'manufacturer' | 'model'> {
  const manufacturer = words(fieldOf(definition, 'vendor'));
  const model = words(fieldOf(definition, 'model'));
  return { ...(manufacturer !== undefined && { manufacturer }), ...(model !== undefined && { model }) };
}

function whyNot(entry: Fields, definition: Definition | undefined): string | undefined {
  if (fieldOf(entry, 'disabled') === true) return 'it is disabled in zigbee2mqtt';
  if (fieldOf(entry, 'interviewing') === true) return 'zigbee2mqtt is still interviewing it';
  if (fieldOf(entry, 'interview_completed') === false || fieldOf(entry, 'interview_state') === 'FAILED') {
    return 'its interview is not complete; pair it again';
  }
  if (fieldOf(entry, 'supported') === false && definition === undefined) return 'zigbee2mqtt does not support it';
  if (definition === undefined) return 'zigbee2mqtt tells no definition of it';
  return definition.features.length === 0 ? 'it exposes nothing that is understood' : undefined;
}

function definitionOf(given: Fields, definitions: Definitions): Definition {
  const text = JSON.stringify(['model', 'vendor', 'description', 'exposes'].map((key) => fieldOf(given, key)));
  const known = definitions.get(text);
  if (known !== undefined) return known;
  const exposed = readExposes(fieldOf(given, 'exposes'));
  const titles = modelTitles(words(fieldOf(given, 'model')), words(fieldOf(given, 'vendor')), {
    ...exposed,
    description: words(fieldOf(given, 'description')),
  });
  const definition = { ...exposed, description: describe(exposed.features, titles) };
  definitions.set(text, definition);
  return definition;
}

/** One entry of `bridge/groups`, with what all of its members can do. */
export function groupOf(
  entry: unknown,
  member: (identity: string) => Entity | undefined,
  definitions: Definitions,
): Entity | undefined {
  if (!isFields(entry)) return undefined;
  const group = fieldOf(entry, 'id');
  const name = topicName(fieldOf(entry, 'friendly_name'));
  if (typeof group !== 'number' || !Number.isInteger(group) || group < 0 || name === undefined) return undefined;
  const members = membersOf(entry).map((address) => member(address)?.description);
  const features = inCommon(members.map((description) => [...(description?.features.values() ?? [])]));
  const identity = `group-${group}`;
  const unsupported = members.length === 0 ? 'it has no members' : 'its members have nothing in common';
  return {
    identity,
    name,
    group,
    ...(features.length === 0 ? { unsupported } : { description: groupDescription(features, definitions) }),
    candidate: { identity, name, model: 'group', ...(features.length === 0 && { unsupported }) },
  };
}

function membersOf(entry: Fields): readonly string[] {
  const members = fieldOf(entry, 'members');
  const list: readonly unknown[] = Array.isArray(members) ? members.slice(0, 500) : [];
  const addresses = list.map((member) => (isFields(member) ? word(fieldOf(member, 'ieee_address')) : undefined));
  return addresses.filter((address) => address !== undefined).map((address) => address.toLowerCase());
}

function groupDescription(features: readonly Feature[], definitions: Definitions): Description {
  const text = `group ${JSON.stringify(features)}`;
  const known = definitions.get(text);
  if (known !== undefined) return known.description;
  const parts = [...new Set(features.map(({ part }) => part))].join(', ');
  const description = describe(features, { name: 'zigbee2mqtt-group', summary: `Zigbee group: ${parts}` });
  definitions.set(text, { features, leftOut: [], description });
  return description;
}
