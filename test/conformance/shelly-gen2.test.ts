import { overBroker, withoutWire } from '../support/mqtt/face.ts';
import { hubBroker } from '../support/mqtt/brokers.ts';
import { shellyGen2Conformance, shellyOptions } from './shelly-gen2.ts';

shellyGen2Conformance('nothing', () => withoutWire(shellyOptions()));
shellyGen2Conformance('the memory hub', () => overBroker(shellyOptions(), hubBroker()));
