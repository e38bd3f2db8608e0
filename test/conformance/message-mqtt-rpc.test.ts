import { mqttRpc } from '../support/mqtt/mqtt-rpc.ts';
import { messageDeviceConformance } from './message-device.ts';

for (const correlation of ['properties', 'field', 'topic'] as const) messageDeviceConformance(mqttRpc(correlation));
