import { topicMapLamp, topicMapMeter, topicMapRelays } from '../support/mqtt/topic-map.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(topicMapLamp);
messageDeviceConformance(topicMapRelays);
messageDeviceConformance(topicMapMeter);
