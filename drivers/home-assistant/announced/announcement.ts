import { fieldOf, type Fields, isFields, payloadFields } from '../../../src/driver/index.ts';
import { deviceTable, expanded, keyTable, originTable } from './abbreviations.ts';
import { baseOf, withBase } from './base-topic.ts';
import type { ConfigTopic } from './config-topic.ts';
import { label } from './label.ts';

/** Longest description of one component, and of a whole device. */
export const maxComponentBytes = 64 * 1024;
export const maxDeviceBytes = 256 * 1024;
export const maxComponents = 300;

/** What an announcement says of the device; data, bounded and not trusted. */
export interface DeviceFacts {
  readonly name?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly version?: string;
}

/** One component as it is announced, its keys spelt out and its base topic put in. */
export interface Component {
  readonly platform: string;
  /** Distinct within the device. */
  readonly id: string;
  readonly fields: Fields;
}

export interface Announcement {
  /** What the device is known by: identifiers, connections, or where it is announced. The first is its name to us. */
  readonly aliases: readonly string[];
  readonly facts: DeviceFacts;
  /** The program that announces it. */
  readonly origin?: string;
  readonly components: readonly Component[];
  /** It is about to be announced on another topic; what was said here holds until then. */
  readonly migrating?: true;
}

/** What components inherit from the root of a device's description ("MQTT", "Device discovery payload"). */
const sharedKeys = [
  'availability',
  'availability_mode',
  'availability_template',
  'availability_topic',
  'payload_available',
  'payload_not_available',
  'command_topic',
  'state_topic',
  'encoding',
  'qos',
];

/** Reads what was announced on a topic. A text says why it means nothing. */
export function readAnnouncement(topic: ConfigTopic, payload: Uint8Array): Announcement | string {
  const whole = topic.component === 'device';
  const fields = payloadFields(payload, whole ? maxDeviceBytes : maxComponentBytes);
  if (fields === undefined) return 'it is no JSON object, or too large';
  const root = expanded(fields, keyTable);
  const device = expanded(fieldsIn(root, 'device'), deviceTable);
  const common = { aliases: aliasesOf(topic, device), facts: factsOf(device), ...originOf(root) };
  if (fieldOf(root, 'migrate_discovery') === true) return { ...common, components: [], migrating: true };
  const components = whole ? componentsOf(root) : [singleOf(topic, root)];
  if (typeof components === 'string') return components;
  if (whole && Object.keys(device).length === 0) return 'it has no device';
  return { ...common, components };
}

function fieldsIn(fields: Fields, key: string): Fields {
  const value = fieldOf(fields, key);
  return isFields(value) ? value : {};
}

function singleOf({ component, nodeId = '', objectId }: ConfigTopic, root: Fields): Component {
  const { device: _device, origin: _origin, ...fields } = withBase(root, baseOf(root));
  return { platform: component, id: `${component}/${nodeId}/${objectId}`, fields };
}

function componentsOf(root: Fields): Component[] | string {
  const all = Object.entries(fieldsIn(root, 'components'));
  if (all.length > maxComponents) return `it has more than ${maxComponents} components`;
  const base = baseOf(root);
  const shared = Object.fromEntries(
    sharedKeys.filter((key) => Object.hasOwn(root, key)).map((key) => [key, root[key]]),
  );
  const common = withBase(shared, base);
  return all.flatMap(([key, value]): Component[] => {
    const own = isFields(value) ? expanded(value, keyTable) : {};
    const platform = fieldOf(own, 'platform');
    // Its platform alone takes a component away.
    if (typeof platform !== 'string' || Object.keys(own).length < 2) return [];
    const fields = { ...common, ...withBase(own, baseOf(own) ?? base) };
    return [{ platform, id: `${platform}/${key.slice(0, 200)}`, fields }];
  });
}

function originOf(root: Fields): { origin?: string } {
  const name = label(fieldOf(expanded(fieldsIn(root, 'origin'), originTable), 'name'));
  return name === undefined ? {} : { origin: name };
}

function factsOf(device: Fields): DeviceFacts {
  const told = (key: string): string | undefined => label(fieldOf(device, key));
  const [name, manufacturer, model, version] = ['name', 'manufacturer', 'model', 'sw_version'].map(told);
  return {
    ...(name !== undefined && { name }),
    ...(manufacturer !== undefined && { manufacturer }),
    ...(model !== undefined && { model }),
    ...(version !== undefined && { version }),
  };
}

const maxAliases = 16;

/** Identifiers first, then connections such as `mac:02:5b:…`; without any, the node that announces it, or the topic. */
function aliasesOf({ component, nodeId, objectId }: ConfigTopic, device: Fields): string[] {
  const told = fieldOf(device, 'identifiers');
  const identifiers = (Array.isArray(told) ? (told as unknown[]) : [told]).map(label);
  const connections = fieldOf(device, 'connections');
  const pairs = (Array.isArray(connections) ? (connections as unknown[]) : []).map(connectionOf);
  const all = [...identifiers, ...pairs].filter((alias) => alias !== undefined).slice(0, maxAliases);
  return all.length > 0
    ? [...new Set(all)]
    : [nodeId ?? (component === 'device' ? objectId : `${component}/${objectId}`)];
}

function connectionOf(pair: unknown): string | undefined {
  if (!Array.isArray(pair) || pair.length !== 2) return undefined;
  const [kind, value] = (pair as unknown[]).map(label);
  return kind === undefined || value === undefined
    ? undefined
    : `${kind}:${kind === 'mac' ? value.toLowerCase() : value}`;
}
