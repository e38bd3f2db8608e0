import { mqttRpcDriver } from '../../../drivers/mqtt-rpc/driver.ts';
import type { MqttRpcOptions } from '../../../drivers/mqtt-rpc/model.ts';
import { type LampSimulator, mqttRpcSimulator } from '../../../simulators/mqtt-rpc/index.ts';
import type { Dialect } from './dialect.ts';

type Correlation = MqttRpcOptions['correlation'];

const state = {
  type: 'object' as const,
  properties: { on: { type: 'boolean' as const }, level: { type: 'number' as const, unit: '%' } },
  required: ['on', 'level'],
};

/** The lamp, as its user would declare it. */
export function lampOptions(device: string, correlation: Correlation): MqttRpcOptions {
  const topics = {
    properties: { request: 'lamps/{device}/commands/{method}/request' },
    field: { request: 'lamps/{device}/rpc', response: 'lamps/{device}/rpc/response' },
    topic: { request: 'v1/devices/{device}/rpc/request/{id}', response: 'v1/devices/{device}/rpc/response/{id}' },
  };
  return {
    device,
    model: 'Lamp',
    correlation,
    ...topics[correlation],
    ...(correlation === 'topic' && { numberedIds: true as const }),
    availability: { topic: 'lamps/{device}/status' },
    methods: {
      get: { summary: 'What it is', effect: 'read', result: state },
      set: {
        summary: 'Switch it',
        effect: 'idempotent',
        params: {
          properties: { on: { type: 'boolean' }, level: { type: 'number', minimum: 0, maximum: 100 } },
          required: ['on'],
        },
        result: state,
        confirmedBy: { on: '/on', level: '/level' },
      },
      blink: { summary: 'Blink once', effect: 'actuate' },
      wink: { summary: 'Blink, and say nothing', method: 'blink', effect: 'actuate', noAnswer: true },
      explode: { summary: 'Break', effect: 'actuate' },
      unknown: { summary: 'What it does not know', effect: 'actuate' },
    },
    stop: [{ command: 'set', params: { on: false } }],
    probe: 'get',
    replyTimeoutMs: 300,
  };
}

/** Where each is at home; `field` is tried with both. */
const versions = { properties: [5], field: [4, 5], topic: [4] } as const;

export function mqttRpc(correlation: Correlation): Dialect {
  return {
    name: `mqtt-rpc, ids in the ${correlation}`,
    driver: mqttRpcDriver,
    kind: mqttRpcSimulator,
    protocolVersions: versions[correlation],
    device: (device) => ({ simulator: { device, correlation }, driver: lampOptions(device, correlation) }),
    set: { command: 'set', param: 'on', values: [true, false], invalid: 1, confirmation: 'confirmed' },
    correlated: true,
    says: (device) =>
      ({ properties: 'bellcrank/#', field: `lamps/${device}/rpc/response`, topic: 'v1/#' })[correlation],
    steer(simulator) {
      // `create` of this kind returns a LampSimulator; the suite knows it as a Simulator.
      const { behaviour } = simulator as LampSimulator;
      return {
        value: () => behaviour.on,
        leave: () => behaviour.goOffline(),
        come: () => behaviour.comeOnline(),
      };
    },
  };
}
