import { describe } from 'vitest';
import { realBroker } from '../support/mqtt/brokers.ts';
import { overBroker } from '../support/mqtt/face.ts';
import { brokers } from '../wire/brokers.ts';
import { shellyGen2Conformance, shellyOptions } from './shelly-gen2.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    shellyGen2Conformance(name, async () => overBroker(shellyOptions(), realBroker(await start(), protocolVersion)));
  });
}
