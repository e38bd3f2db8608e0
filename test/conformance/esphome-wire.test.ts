import { describe } from 'vitest';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, esphomeConformance } from './esphome.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    const overTheBroker = overMessages(linkOver({ start, protocolVersion }));
    esphomeConformance(name, overTheBroker);
  });
}
