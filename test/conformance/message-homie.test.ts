import { homie4, homie5 } from '../support/mqtt/homie.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(homie5);
messageDeviceConformance(homie4);
