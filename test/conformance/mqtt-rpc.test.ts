import { hubBroker } from '../support/mqtt/brokers.ts';
import { overBroker, withoutWire } from '../support/mqtt/face.ts';
import { lampFace, mqttRpcConformance } from './mqtt-rpc.ts';

mqttRpcConformance('nothing', () => withoutWire(lampFace('field')));
for (const correlation of ['properties', 'field', 'topic'] as const) {
  mqttRpcConformance(`the memory hub, ids in the ${correlation}`, () => overBroker(lampFace(correlation), hubBroker()));
}
