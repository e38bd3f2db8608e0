import { describe } from 'vitest';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, homieConformance } from './homie.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    homieConformance(name, overMessages(linkOver({ start, protocolVersion })));
  });
}
