import { defineModel, topicPrefixPattern, Type } from '../../src/driver/index.ts';

/** What all devices have in common: nothing. Each describes itself. */
export const homeAssistantModel = defineModel({
  name: 'home-assistant',
  summary: 'A device that announces itself as Home Assistant discovers devices, over MQTT',
  commands: {},
  properties: {},
  events: {},
});

const prefix = Type.String({
  title: 'Discovery prefix',
  description: 'Where devices are announced; `homeassistant` by default.',
  pattern: topicPrefixPattern,
  maxLength: 100,
  examples: ['homeassistant'],
});

/** Where to look for devices. */
export const homeAssistantDiscovery = Type.Object(
  { prefix: Type.Optional(prefix) },
  {
    title: 'Discovery of Home Assistant devices',
    additionalProperties: false,
    examples: [{ prefix: 'homeassistant' }],
  },
);

export const homeAssistantOptions = Type.Object(
  {
    device: Type.String({
      title: 'Device',
      description: 'One of the identifiers that it announces, or a connection such as `mac:02:5b:26:a8:dc:12`.',
      minLength: 1,
      maxLength: 400,
      examples: ['garden01ad'],
    }),
    prefix: Type.Optional(prefix),
    replyTimeoutMs: Type.Optional(
      Type.Integer({
        title: 'Reply timeout',
        description: 'Longest wait for the state that confirms a command; 3000 by default.',
        unit: 'ms',
        minimum: 50,
        maximum: 120_000,
        examples: [3000],
      }),
    ),
    stop: Type.Optional(
      Type.Array(
        Type.Object(
          {
            property: Type.Optional(Type.String({ title: 'Property to write', maxLength: 63, examples: ['pump'] })),
            value: Type.Optional(Type.Unknown({ title: 'What to write' })),
            command: Type.Optional(Type.String({ title: 'Command to run', maxLength: 63, examples: ['blind-close'] })),
          },
          { additionalProperties: false, examples: [{ property: 'pump', value: false }] },
        ),
        {
          title: 'Stop',
          description: 'What makes the device safe, one after the other, in place of what is evident.',
          minItems: 1,
          maxItems: 32,
        },
      ),
    ),
  },
  { title: 'Device of Home Assistant discovery', additionalProperties: false, examples: [{ device: 'garden01ad' }] },
);
