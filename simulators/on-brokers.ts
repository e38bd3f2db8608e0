/** Simulators of devices on MQTT brokers. */
export { esphomeSimulator } from './esphome/index.ts';
export { homeAssistantSimulator } from './home-assistant/index.ts';
export { homieSimulator } from './homie/index.ts';
export { mqttRpcSimulator } from './mqtt-rpc/index.ts';
export { shellyGen2Simulator } from './shelly-gen2/index.ts';
export { sparkplugSimulator } from './sparkplug-b/index.ts';
export { tasmotaSimulator } from './tasmota/index.ts';
export { zigbee2mqttSimulator } from './zigbee2mqtt/index.ts';
