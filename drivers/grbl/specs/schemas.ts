import { Type } from '@sinclair/typebox';

export const closed = { additionalProperties: false } as const;

export const nothing = Type.Object({}, closed);

/** Nine states (GRBL 1.1, interface: "Machine State"). */
export const stateSchema = Type.Union(
  [
    Type.Literal('Idle'),
    Type.Literal('Run'),
    Type.Literal('Hold'),
    Type.Literal('Jog'),
    Type.Literal('Alarm'),
    Type.Literal('Door'),
    Type.Literal('Check'),
    Type.Literal('Home'),
    Type.Literal('Sleep'),
  ],
  { title: 'State' },
);

export const subStateSchema = Type.Union([Type.Integer({ minimum: 0, maximum: 9 }), Type.Null()], {
  title: 'Sub-state',
});

const axis = (title: string) => Type.Number({ title, unit: 'mm' });

export const positionSchema = Type.Object(
  { x: axis('X'), y: axis('Y'), z: axis('Z') },
  { title: 'Position', ...closed },
);

/** Where a motion ended, in the coordinates that it was asked for in. */
export const moved = positionSchema;

export const feedSchema = Type.Number({ title: 'Feed', unit: 'mm/min', exclusiveMinimum: 0, maximum: 100_000 });

export const rpmSchema = Type.Number({ title: 'Speed', unit: 'rpm', minimum: 0, maximum: 100_000 });

/** GRBL 1.1 has 10 % and 1 % steps as it comes; builds may differ. */
export const stepSchema = Type.Union(
  [
    Type.Literal('reset'),
    Type.Literal('plus-10'),
    Type.Literal('minus-10'),
    Type.Literal('plus-1'),
    Type.Literal('minus-1'),
  ],
  { title: 'Step' },
);

const percent = (title: string) => Type.Integer({ title, unit: '%', minimum: 0, maximum: 255 });

export const overridesSchema = Type.Object(
  { feed: percent('Feed'), rapid: percent('Rapid'), spindle: percent('Spindle') },
  { title: 'Overrides', ...closed },
);

export const settingNumber = Type.Integer({ title: 'Setting', minimum: 0, maximum: 255 });

export const alarmSchema = Type.Object(
  { code: Type.Integer({ title: 'Code' }), text: Type.String({ title: 'Text', maxLength: 100 }) },
  { title: 'Alarm', ...closed },
);

const count = (title: string) => Type.Integer({ title, minimum: 0 });

export const jobProgress = Type.Object(
  { sent: count('Lines sent'), acknowledged: count('Lines answered'), total: count('Lines in all') },
  closed,
);
