import { Type } from '@sinclair/typebox';
import { defineModel, topicPrefixPattern } from '../../src/driver/index.ts';

export { componentsOf, infoOf, propertyOf, valueAt, type Component, type Info } from './describe.ts';
export type { Field } from './fields.ts';
export { modelOf, paramOf, settable } from './specs.ts';

/** What all have in common before they have said what they are. */
export const shellyGen2Model = defineModel({
  name: 'shelly-gen2',
  summary: 'Shelly of the second generation or later, over MQTT: it says itself what it has',
  commands: {},
  properties: {},
  events: {},
});

export const shellyGen2Options = Type.Object(
  {
    topic: Type.String({
      title: 'Topic prefix',
      description: "The device's MQTT prefix; its id, unless it was changed.",
      pattern: topicPrefixPattern,
      maxLength: 200,
      examples: ['shellyplus1pm-a8032ab636ec'],
    }),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for one answer; 2000 by default.',
        unit: 'ms',
        minimum: 50,
        maximum: 30_000,
        examples: [2000],
      }),
    ),
  },
  {
    title: 'Shelly, second generation',
    additionalProperties: false,
    examples: [{ topic: 'shellyplus1pm-a8032ab636ec' }],
  },
);
