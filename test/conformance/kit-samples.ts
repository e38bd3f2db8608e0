import type { Samples } from '../../src/testing/index.ts';
import { lampOptions } from '../support/mqtt/mqtt-rpc.ts';

/** What the suite has to be told of the drivers that come with Bellcrank, by model; nothing of most of them. */
export const samplesOf: Readonly<Record<string, Samples>> = {
  tasmota: { options: { topic: 'plug' }, simulate: { topic: 'plug' } },
  esphome: {
    options: { prefix: 'node' },
    simulate: { prefix: 'node' },
    // A switch or a lock that is already as asked says nothing.
    before: {
      'lock-front': { front: false },
      'unlock-front': { front: true },
      'write:relay': { relay: false },
    },
  },
  'bellcrank-oven': { options: { framing: 'rtu' }, checksum: true },
  'korad-ka3005p': { silenceMs: 60 },
  'shelly-gen2': { options: { topic: 'shelly' }, simulate: { topic: 'shelly' } },
  homie: { options: { device: 'thermostat' }, simulate: { device: 'thermostat', child: false } },
  'sparkplug-b': {
    options: { group: 'Lab', node: 'Skid' },
    simulate: { group: 'Lab', node: 'Skid' },
    except: {
      'an answer that comes twice is taken once': 'its messages are numbered: one that comes twice breaks the session',
    },
  },
  grbl: {
    before: { home: { homing: true } },
    // A reset ends everything; a hold stops the others, and one that goes on undoes it.
    alone: ['soft-reset', 'hold'],
    except: {
      'a connection that is lost in the middle is told as what is known, and comes back':
        'reports that are asked for beside a motion may show that it is over before its own do',
    },
  },
  'hp-34401a': {
    except: {
      'a refusal of the device is told as one': 'it answers a question that it refuses with silence, as SCPI wants',
    },
  },
  'numato-usb-relay-8': {
    except: {
      'an answer that comes twice is taken once': 'it echoes what it hears, so that twice is not what it says',
    },
  },
  'home-assistant': { options: { device: 'board_1' }, simulate: { device: 'board_1' } },
  zigbee2mqtt: { options: { device: 'light' }, simulate: { devices: ['light'] } },
  'mqtt-rpc': {
    options: { ...lampOptions('lamp', 'field') },
    simulate: { device: 'lamp', correlation: 'field' },
    refused: ['explode', 'unknown'].map((command) => ({ command, params: {} })),
  },
  openevse: { options: { base: 'evse', unit: '12ab' }, simulate: { base: 'evse', unit: '12ab' } },
  opendtu: {
    options: { base: 'solar', serial: '114190641177' },
    simulate: { base: 'solar', serial: '114190641177' },
  },
  wled: { options: { topic: 'wled/one' }, simulate: { topic: 'wled/one' }, writes: { color: ['FF8000'] } },
};
