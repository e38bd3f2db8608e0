import { describe } from 'vitest';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { homeAssistantConformance, overMessages } from './home-assistant.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    homeAssistantConformance(name, overMessages('component', linkOver({ start, protocolVersion })));
  });
}
