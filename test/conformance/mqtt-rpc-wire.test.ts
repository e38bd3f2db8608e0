import { describe } from 'vitest';
import { realBroker } from '../support/mqtt/brokers.ts';
import { overBroker } from '../support/mqtt/face.ts';
import { brokers } from '../wire/brokers.ts';
import { lampFace, mqttRpcConformance } from './mqtt-rpc.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  const correlation = protocolVersion === 5 ? 'properties' : 'field';
  describe.skipIf(skip)(name, () => {
    mqttRpcConformance(`${name}, ids in the ${correlation}`, async () => {
      return overBroker(lampFace(correlation), realBroker(await start(), protocolVersion));
    });
  });
}
