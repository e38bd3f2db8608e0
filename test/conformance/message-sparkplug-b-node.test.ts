import { sparkplugNode } from '../support/mqtt/sparkplug-b.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(sparkplugNode);
