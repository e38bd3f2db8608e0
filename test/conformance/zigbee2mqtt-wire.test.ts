import { describe } from 'vitest';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, zigbee2mqttConformance } from './zigbee2mqtt.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    zigbee2mqttConformance(name, overMessages(linkOver({ start, protocolVersion })));
  });
}
