import { shellyGen2 } from '../support/mqtt/shelly-gen2.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(shellyGen2);
