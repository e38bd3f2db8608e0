import { type AnyDriver, contractVersion } from '../../src/driver/index.ts';
import { EsphomeDevice } from './device.ts';
import { discover } from './discovery.ts';
import { esphomeModel, esphomeOptions, type EsphomeOptions } from './model.ts';

/** Any device with ESPHome, over its MQTT topics (ESPHome docs, "MQTT Client Component"). */
export const esphomeDriver: AnyDriver = {
  contract: contractVersion,
  model: esphomeModel,
  transports: ['mqtt'],
  options: esphomeOptions,
  selfDescribing: true,
  // Options were validated against the schema that their type is inferred from; the same below.
  address: (options) => (options as EsphomeOptions).prefix,
  async attach(connection, options, context) {
    if (connection?.shape !== 'messages') throw new TypeError('ESPHome speaks MQTT');
    return await new EsphomeDevice(connection, options as EsphomeOptions, context).attach();
  },
  discover: (_connection, discovery, context) => discover(discovery, context),
};
