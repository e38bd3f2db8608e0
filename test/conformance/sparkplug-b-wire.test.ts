import { describe } from 'vitest';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { sparkplugWireConformance } from './sparkplug-b-on-the-wire.ts';
import { overMessages, sparkplugConformance } from './sparkplug-b.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    const overBroker = overMessages(linkOver({ start, protocolVersion }));
    sparkplugConformance(name, overBroker);
    sparkplugWireConformance(name, overBroker);
  });
}
