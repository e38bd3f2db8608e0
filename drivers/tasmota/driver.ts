import { type AnyDriver, contractVersion } from '../../src/driver/index.ts';
import { TasmotaDevice } from './device.ts';
import { discover } from './discovery.ts';
import { tasmotaModel, tasmotaOptions, type TasmotaOptions } from './model.ts';

/** Any device with Tasmota, over MQTT (Tasmota docs, "MQTT", "Commands", "JSON Status Responses"). */
export const tasmotaDriver: AnyDriver = {
  contract: contractVersion,
  model: tasmotaModel,
  transports: ['mqtt'],
  options: tasmotaOptions,
  selfDescribing: true,
  // Options were validated against the schema that their type is inferred from; the same below.
  address: (options) => (options as TasmotaOptions).topic,
  async attach(connection, options, context) {
    if (connection?.shape !== 'messages') throw new TypeError('Tasmota speaks MQTT');
    return await new TasmotaDevice(connection, options as TasmotaOptions, context).attach();
  },
  discover: (_connection, discovery, context) => discover(discovery, context),
};
