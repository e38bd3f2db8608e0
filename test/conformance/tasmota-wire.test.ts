import { describe } from 'vitest';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, tasmotaConformance } from './tasmota.ts';
import { richDevices, tasmotaFeatures } from './tasmota-features.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    const overTheBroker = overMessages(linkOver({ start, protocolVersion }));
    tasmotaConformance(name, overTheBroker);
    tasmotaFeatures(name, overTheBroker, richDevices);
  });
}
