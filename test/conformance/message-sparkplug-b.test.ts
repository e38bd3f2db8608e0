import { sparkplugDevice, sparkplugNode } from '../support/mqtt/sparkplug-b.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(sparkplugDevice);
messageDeviceConformance(sparkplugNode);
