import { bridgeModelName, defaultBase, zigbee2mqttModel } from '../../drivers/zigbee2mqtt/model.ts';
import { attachedBy, entry, oneOf, type SimulatedPart, type StateEntry, whole, yesOrNo } from '../state.ts';
import type { Exposed } from './kinds.ts';
import type { BridgeBehaviour } from './model.ts';
import { type Leaf, radios, type ZigbeeDevice } from './zigbee-device.ts';

const usually = { base: defaultBase };

/** What is exposed, as a schema; undefined for what has no state of its own. */
function schemaOf({ type, access = 0, unit, value_min: minimum, value_max: maximum, values, label, name }: Exposed) {
  const title = typeof label === 'string' ? label : (name ?? '');
  if ((access & 1) === 0) return undefined;
  if (type === 'binary') return { type: 'boolean', title };
  if (type === 'enum') return { type: 'string', title, enum: values };
  if (type !== 'numeric') return undefined;
  const bounds = { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
  return { type: 'number', title, ...(unit !== undefined && { unit }), ...bounds };
}

/** Whoever sets it is a hand or the weather: the device reports it. */
function leafEntry(bridge: BridgeBehaviour, device: ZigbeeDevice, { key, exposed }: Leaf): StateEntry | undefined {
  const schema = schemaOf(exposed);
  // What was done last, or how a cover stands: it follows from the others.
  if (schema === undefined || key === 'action') return undefined;
  const get = (): unknown => {
    const value = device.values[key];
    return exposed.type === 'binary' ? value === exposed['value_on'] : (value ?? null);
  };
  if (exposed.type === 'enum' && key === 'state') return { schema, get };
  const raw = (value: unknown): unknown =>
    exposed.type === 'binary' ? exposed[value === true ? 'value_on' : 'value_off'] : value;
  return { schema, get, set: (value: unknown) => bridge.report(device.address, { [key]: raw(value) }) };
}

function devicePart(bridge: BridgeBehaviour, base: string, device: ZigbeeDevice): SimulatedPart {
  const { address, name } = device;
  const own = device.leaves.flatMap((leaf) => {
    const its = leafEntry(bridge, device, leaf);
    return its === undefined ? [] : [[leaf.key.replaceAll('_', '-'), its] as const];
  });
  const actions = device.leaves.filter(({ key }) => key === 'action').flatMap(({ exposed }) => wordsOf(exposed));
  const byName = attachedBy(zigbee2mqttModel.name, { base, device: name }, usually);
  const byAddress = attachedBy(zigbee2mqttModel.name, { base, device: address }, usually);
  return {
    name,
    is: (driver, options) => byName(driver, options) || byAddress(driver, options),
    state: {
      ...Object.fromEntries(own),
      available: entry(
        yesOrNo('Heard of lately'),
        () => device.available,
        (available) => bridge.setAvailable(address, available),
      ),
      radio: entry(
        oneOf('What becomes of messages by radio', radios),
        () => device.radio,
        (radio) => (device.radio = radio),
      ),
    },
    buttons: Object.fromEntries(actions.map((action) => [`${name}-${action}`, () => bridge.act(address, action)])),
  };
}

function wordsOf({ values }: Exposed): readonly string[] {
  return Array.isArray(values) ? values.map(String) : [];
}

function bridgePart(bridge: BridgeBehaviour, base: string): SimulatedPart {
  return {
    name: 'bridge',
    is: attachedBy(bridgeModelName, { base }, usually),
    state: {
      online: entry(
        yesOrNo('Running'),
        () => bridge.online,
        (online) => bridge.setOnline(online),
      ),
      healthy: entry(
        yesOrNo('Healthy'),
        () => bridge.healthy,
        (healthy) => (bridge.healthy = healthy),
      ),
      'permits-join': entry(
        yesOrNo('New devices may join'),
        () => bridge.permitsJoin,
        (permits) => bridge.permitJoin(permits ? 254 : 0),
      ),
      restarts: entry(whole('How often it was restarted', '', 0, 1e9), () => bridge.restarts),
    },
    buttons: { restart: () => bridge.restart() },
  };
}

/** The bridge, and the devices that are on its network now. */
export function bridgeParts(bridge: BridgeBehaviour, base: string): readonly SimulatedPart[] {
  return [bridgePart(bridge, base), ...bridge.devices.map((device) => devicePart(bridge, base, device))];
}
