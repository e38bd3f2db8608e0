import {
  type AnyDriver,
  BellcrankError,
  type Connection,
  contractVersion,
  type Discovery,
  type DiscoveryContext,
  type MessageConnection,
} from '../../src/driver/index.ts';
import { Device } from './device.ts';
import { search } from './discover.ts';
import {
  defaultBase,
  discoveryOptions,
  type Zigbee2mqttOptions,
  zigbee2mqttModel,
  zigbee2mqttOptions,
} from './model.ts';

/** A Zigbee device or group behind zigbee2mqtt (zigbee2mqtt docs, "MQTT topics and messages", "Exposes"). */
export const zigbee2mqtt: AnyDriver = {
  contract: contractVersion,
  model: zigbee2mqttModel,
  transports: ['mqtt'],
  options: zigbee2mqttOptions,
  selfDescribing: true,
  address(options) {
    const { base = defaultBase, device, group } = valid(options);
    // An address is one in whatever case; a friendly name is not.
    const its = device !== undefined && /^0x[\da-f]{1,16}$/i.test(device) ? device.toLowerCase() : device;
    return `${base}/${its ?? `group ${group}`}`;
  },
  async attach(connection, options, context) {
    const broker = messages(connection);
    return await new Device(broker, valid(options), context).attach(broker);
  },
  discoveryOptions,
  discover: (connection: Connection, discovery: Discovery, context: DiscoveryContext) =>
    search(messages(connection), discovery, context),
};

/** The runtime has validated them against the schema that this type is inferred from. */
function valid(options: unknown): Zigbee2mqttOptions {
  return options as Zigbee2mqttOptions;
}

export function messages(connection: Connection | null): MessageConnection {
  if (connection?.shape === 'messages') return connection;
  throw new BellcrankError('driver-fault', 'zigbee2mqtt speaks over a broker');
}
