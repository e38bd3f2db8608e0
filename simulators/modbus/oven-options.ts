import { type Static, Type } from '@sinclair/typebox';

/** Of one oven. */
export const ovenOptionsSchema = Type.Object(
  {
    temperature: Type.Optional(Type.Number({ title: 'Temperature at start', unit: '°C', default: 21 })),
    roomTemperature: Type.Optional(Type.Number({ title: 'Room temperature', unit: '°C', default: 21 })),
    setpoint: Type.Optional(
      Type.Number({ title: 'Setpoint at start', unit: '°C', minimum: 0, maximum: 300, default: 21 }),
    ),
    heaterOn: Type.Optional(
      Type.Boolean({ title: 'Heater on at start', description: 'As somebody left it.', default: false }),
    ),
    timeConstantSeconds: Type.Optional(
      Type.Number({ title: 'Time constant', unit: 's', exclusiveMinimum: 0, default: 120 }),
    ),
    maxPower: Type.Optional(
      Type.Number({ title: 'Power of the heater', unit: 'W', exclusiveMinimum: 0, maximum: 2000, default: 2000 }),
    ),
    label: Type.Optional(
      Type.String({ title: 'Text on the display', maxLength: 16, pattern: '^[ -~]*$', default: 'OVEN' }),
    ),
  },
  { additionalProperties: false },
);

export type OvenOptions = Required<Static<typeof ovenOptionsSchema>>;

export const ovenDefaults: OvenOptions = {
  temperature: 21,
  roomTemperature: 21,
  setpoint: 21,
  heaterOn: false,
  timeConstantSeconds: 120,
  maxPower: 2000,
  label: 'OVEN',
};
