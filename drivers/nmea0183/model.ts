import { Type } from '@sinclair/typebox';
import { defineModel } from '../../src/driver/index.ts';

const pushed = { access: 'read', source: 'pushed' } as const;

const position = Type.Object(
  {
    latitude: Type.Number({
      title: 'Latitude',
      description: 'North is positive.',
      unit: '°',
      minimum: -90,
      maximum: 90,
    }),
    longitude: Type.Number({
      title: 'Longitude',
      description: 'East is positive.',
      unit: '°',
      minimum: -180,
      maximum: 180,
    }),
  },
  { title: 'Position', additionalProperties: false, examples: [{ latitude: 48.1173, longitude: 11.516667 }] },
);

/** In the order of the quality indicator of GGA, field 6. */
export const fixes = ['none', 'gps', 'dgps', 'pps', 'rtk', 'rtk-float', 'estimated', 'manual', 'simulator'] as const;
export type Fix = (typeof fixes)[number];

/** In the order of GSA's field 2, which counts from 1. */
export const fixModes = ['none', '2d', '3d'] as const;
export type FixMode = (typeof fixModes)[number];

const dilution = (title: string) => Type.Number({ title, minimum: 0, maximum: 100, examples: [0.9] });

/** A position receiver that talks NMEA 0183 and is never talked to. */
export const model = defineModel({
  name: 'nmea0183',
  summary: 'NMEA 0183 position receiver (GNSS): position, time, speed and the quality of its fix, over serial or TCP',
  commands: {},
  properties: {
    position: {
      ...pushed,
      summary: 'Position; known only while every sentence says that the fix is valid',
      schema: position,
    },
    altitude: {
      ...pushed,
      summary: 'Altitude above mean sea level; not known with a two-dimensional fix',
      schema: Type.Number({ title: 'Altitude', unit: 'm', minimum: -100_000, maximum: 1_000_000, examples: [545.4] }),
    },
    fix: {
      ...pushed,
      summary: 'How the position is found, as GGA tells it',
      schema: Type.Union(
        fixes.map((name) => Type.Literal(name)),
        { title: 'Fix', examples: ['gps'] },
      ),
    },
    'fix-mode': {
      ...pushed,
      summary: 'Dimensions of the fix, as GSA tells them',
      schema: Type.Union(
        fixModes.map((name) => Type.Literal(name)),
        { title: 'Fix mode', examples: ['3d'] },
      ),
    },
    time: {
      ...pushed,
      summary: 'UTC by the receiver, from sentences that carry their own date; a leap second ends in :60',
      schema: Type.String({ title: 'Time', format: 'date-time', examples: ['2020-01-14T19:59:59.00Z'] }),
    },
    'satellites-used': {
      ...pushed,
      summary: 'Satellites used for the fix',
      schema: Type.Integer({ title: 'Satellites used', minimum: 0, maximum: 999, examples: [8] }),
    },
    'satellites-in-view': {
      ...pushed,
      summary: 'Satellites in view, of all systems together',
      schema: Type.Integer({ title: 'Satellites in view', minimum: 0, maximum: 999, examples: [12] }),
    },
    hdop: { ...pushed, summary: 'Horizontal dilution of precision', schema: dilution('HDOP') },
    pdop: { ...pushed, summary: 'Position dilution of precision', schema: dilution('PDOP') },
    speed: {
      ...pushed,
      summary: 'Speed over ground',
      schema: Type.Number({ title: 'Speed', unit: 'm/s', minimum: 0, maximum: 100_000, examples: [11.52] }),
    },
    course: {
      ...pushed,
      summary: 'Course over ground, from true north',
      schema: Type.Number({ title: 'Course', unit: '°', minimum: 0, maximum: 360, examples: [84.4] }),
    },
    'magnetic-variation': {
      ...pushed,
      summary: 'Magnetic variation, east positive; many receivers never tell it',
      schema: Type.Number({ title: 'Magnetic variation', unit: '°', minimum: -180, maximum: 180, examples: [-3.1] }),
    },
  },
  events: {},
});

export type PropertyName = keyof typeof model.properties;

export const optionsSchema = Type.Object(
  {
    silenceMs: Type.Optional(
      Type.Integer({
        title: 'Silence',
        description: 'After this long without a sentence the receiver counts as away; 5000 by default.',
        unit: 'ms',
        minimum: 500,
        maximum: 600_000,
        examples: [5000],
      }),
    ),
    maxSentenceLength: Type.Optional(
      Type.Integer({
        title: 'Longest sentence',
        description: 'From `$` to the line end. The standard says 82; 120 by default, since many receivers say more.',
        minimum: 82,
        maximum: 1024,
        examples: [120],
      }),
    ),
    allowWithoutChecksum: Type.Optional(
      Type.Boolean({
        title: 'Allow sentences without a checksum',
        description: 'Only for old receivers that send none: a garbled sentence may then pass for a good one.',
        examples: [true],
      }),
    ),
  },
  { title: 'NMEA 0183 receiver', additionalProperties: false, examples: [{ silenceMs: 5000 }] },
);
