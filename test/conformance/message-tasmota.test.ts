import { tasmota } from '../support/mqtt/tasmota.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(tasmota);
