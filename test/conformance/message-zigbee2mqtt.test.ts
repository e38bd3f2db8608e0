import { zigbee2mqtt } from '../support/mqtt/zigbee2mqtt.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(zigbee2mqtt);
