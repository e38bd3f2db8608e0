import { Type } from '@sinclair/typebox';
import { closed, nothing, settingNumber } from './schemas.ts';

export const settingCommands = {
  'read-settings': {
    summary: 'Read all settings of the controller ($$)',
    effect: 'read',
    confirmation: 'acknowledged',
    timeoutMs: 5000,
    params: nothing,
    result: Type.Object(
      {
        settings: Type.Array(Type.Object({ number: settingNumber, value: Type.Number() }, closed), {
          maxItems: 256,
        }),
      },
      closed,
    ),
  },
  'set-setting': {
    summary: 'Write one setting of the controller into its EEPROM',
    effect: 'idempotent',
    confirmation: 'acknowledged',
    timeoutMs: 5000,
    params: Type.Object(
      {
        number: settingNumber,
        value: Type.Number({ title: 'Value', minimum: -1_000_000, maximum: 1_000_000 }),
      },
      closed,
    ),
    result: nothing,
    examples: [{ params: { number: 110, value: 500 }, result: {} }],
  },
} as const;
