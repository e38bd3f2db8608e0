import { defineModel } from '../../src/driver/index.ts';

export { mqttRpcOptions, type MqttRpcOptions, type Method } from './options.ts';
export { confirmationOf, modelOf, wireName } from './specs.ts';

/** What all have in common: nothing. */
export const mqttRpcModel = defineModel({
  name: 'mqtt-rpc',
  summary: 'A device that answers requests over MQTT; its methods are declared in its options',
  commands: {},
  properties: {},
  events: {},
});
