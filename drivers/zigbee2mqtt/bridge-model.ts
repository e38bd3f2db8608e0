import { type Static, Type } from '@sinclair/typebox';
import { defineModel } from '../../src/driver/index.ts';
import { base, bridgeModelName, replyTimeoutMs } from './model.ts';

const none = Type.Object({}, { title: 'No parameters', additionalProperties: false, examples: [{}] });
const pushed = { access: 'read', source: 'pushed' } as const;
const short = Type.String({ maxLength: 100 });

/** The bridge itself, as far as that is safe: nothing here removes or changes a device. */
export const bridgeModel = defineModel({
  name: bridgeModelName,
  summary: 'zigbee2mqtt itself: who may join, whether it is well',
  commands: {
    'permit-join': {
      summary: 'Let new devices join for some time; 0 ends it',
      effect: 'idempotent',
      confirmation: 'acknowledged',
      timeoutMs: 10_000,
      params: Type.Object(
        { seconds: Type.Integer({ title: 'For', unit: 's', minimum: 0, maximum: 254, examples: [120] }) },
        { title: 'Permit join', additionalProperties: false, examples: [{ seconds: 120 }] },
      ),
      result: none,
      examples: [{ params: { seconds: 120 }, result: {} }],
    },
    'health-check': {
      summary: 'Ask whether it is healthy',
      effect: 'read',
      confirmation: 'acknowledged',
      timeoutMs: 10_000,
      params: none,
      result: Type.Object({ healthy: Type.Boolean({ title: 'Healthy' }) }, { additionalProperties: false }),
      examples: [{ params: {}, result: { healthy: true } }],
    },
    restart: {
      summary: 'Restart zigbee2mqtt; its devices are away meanwhile',
      effect: 'actuate',
      confirmation: 'acknowledged',
      timeoutMs: 10_000,
      params: none,
      result: none,
      examples: [{ params: {}, result: {} }],
    },
  },
  properties: {
    'permit-join': {
      ...pushed,
      summary: 'Whether new devices may join now',
      schema: Type.Boolean({ title: 'Permit join', examples: [false] }),
    },
    version: { ...pushed, summary: 'Version', schema: Type.String({ title: 'Version', maxLength: 100 }) },
    coordinator: {
      ...pushed,
      summary: 'Make of the coordinator',
      schema: Type.String({ title: 'Coordinator', maxLength: 100 }),
    },
    channel: { ...pushed, summary: 'Zigbee channel', schema: Type.Integer({ title: 'Channel', minimum: 0 }) },
    devices: {
      ...pushed,
      summary: 'Devices and groups that are known here',
      schema: Type.Integer({ title: 'Devices and groups', minimum: 0 }),
    },
  },
  events: {
    network: {
      summary: 'A device joined, left, announced itself or was interviewed',
      data: Type.Object(
        { type: short, device: short, name: Type.Optional(short), status: Type.Optional(short) },
        { title: 'Network event', additionalProperties: false },
      ),
    },
  },
});

export const bridgeOptions = Type.Object(
  { base, replyTimeoutMs },
  { title: 'zigbee2mqtt itself', additionalProperties: false, examples: [{}] },
);

export type BridgeOptions = Static<typeof bridgeOptions>;
