import { tasmotaPlug } from '../support/mqtt/tasmota-plug.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(tasmotaPlug);
