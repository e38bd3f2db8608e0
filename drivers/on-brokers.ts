/** Drivers of devices on MQTT brokers. */
export { esphomeDriver } from './esphome/driver.ts';
export { homeAssistant } from './home-assistant/driver.ts';
export { homie } from './homie/driver.ts';
export { mqttRpcDriver } from './mqtt-rpc/driver.ts';
export { shellyGen2Driver } from './shelly-gen2/driver.ts';
export { sparkplugB } from './sparkplug-b/driver.ts';
export { tasmotaDriver } from './tasmota/driver.ts';
export { zigbee2mqttBridge } from './zigbee2mqtt/bridge.ts';
export { zigbee2mqtt } from './zigbee2mqtt/driver.ts';
