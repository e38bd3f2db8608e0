import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { deviceHistorySchema } from './history-schema.ts';
import { corsSchema, limitsOfServerSchema, tlsSchema } from './server-schema.ts';

/** What goes wrong on a simulated wire, as it stands in the file. */
export interface FaultConfig {
  readonly kind: string;
  readonly [parameter: string]: unknown;
}

/** Names of connections and ids of devices: they stand in URLs, labels and topics as they are. */
export const namePattern = '^[a-z0-9][a-z0-9-]{0,62}$';
export const nameRule = 'must be 1 to 63 lower-case letters, digits and hyphens, and start with a letter or a digit';

export const viaNames = ['pty', 'tcp', 'memory', 'mqtt'] as const;
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** `enum` rather than a union of literals: its error lists the values in one line. */
function oneOf<const V extends readonly string[]>(values: V, options: object) {
  return Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...options });
}

/** Keys that have a default may be left out: it is filled in before validation, so that `Static` tells the outcome. */
function closed<P extends Record<string, TSchema>>(properties: P, description: string, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, description, ...options });
}

const name = (description: string) => Type.String({ pattern: namePattern, description });

export const serverSchema = closed(
  {
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      maxLength: 255,
      description:
        'Address to listen on. Elsewhere than on loopback (127.0.0.0/8, ::1, localhost) only once there are credentials.',
    }),
    port: Type.Integer({ default: 7080, minimum: 0, maximum: 65535, description: 'TCP port; 0 takes any free one.' }),
    allowedHosts: Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\s/:]+$' }), {
      maxItems: 50,
      uniqueItems: true,
      default: [],
      description:
        'Host names, without port, that a request may be addressed to besides addresses and localhost (a reverse proxy’s).',
    }),
    bodyLimitBytes: Type.Integer({
      default: 65536,
      minimum: 1024,
      maximum: 16 * 1024 * 1024,
      description: 'Longest request body, in bytes; a longer one is answered with 413.',
    }),
    streamClients: Type.Integer({
      default: 1500,
      minimum: 1,
      maximum: 100_000,
      description: 'Connections that may follow the live stream at once; one more is answered with 429.',
    }),
    streamEntries: Type.Integer({
      default: 50_000,
      minimum: 100,
      maximum: 10_000_000,
      description: 'Entries of the live stream that are kept for who comes back after a lost connection.',
    }),
    streamMegabytes: Type.Integer({
      default: 16,
      minimum: 1,
      maximum: 4096,
      description: 'Characters of those entries, in millions; about three times as much memory at most.',
    }),
    tls: Type.Optional(tlsSchema),
    cors: Type.Optional(corsSchema),
    limits: limitsOfServerSchema,
  },
  'The HTTP service.',
  { default: {} },
);

export const logSchema = closed(
  {
    level: oneOf(levels, {
      default: 'info',
      description: 'The least severe level that is written. Logs are lines on stderr.',
    }),
    pretty: oneOf(['auto', 'always', 'never'] as const, {
      default: 'auto',
      description: 'Whether lines are for people instead of JSON; auto: where stderr is a terminal.',
    }),
    requests: oneOf(['off', 'errors', 'all'] as const, {
      default: 'off',
      description: 'Whether there is a line for each request, or for each that was answered with 400 or above.',
    }),
  },
  'What is logged.',
  { default: {} },
);

const wireEnd = (description: string) =>
  closed(
    {
      connection: name('The simulated connection that the device is on.'),
      part: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 200,
          description: 'Which device, where there are several: `unit-2`. If absent: the first that has the state.',
        }),
      ),
      state: Type.String({ minLength: 1, maxLength: 200, description: 'The name of what it models: `temperature`.' }),
    },
    description,
  );

const wireSchema = closed(
  {
    from: wireEnd('What is looked at.'),
    to: wireEnd('What is set to it.'),
    factor: Type.Number({ default: 1, description: 'Numbers are multiplied by this, then …' }),
    offset: Type.Number({ default: 0, description: '… this is added.' }),
    everyMs: Type.Integer({
      default: 500,
      minimum: 10,
      maximum: 3_600_000,
      unit: 'ms',
      description: 'How often, in the time of the simulator that it leads to.',
    }),
  },
  'What one simulated device has is what another one meets.',
);

export const allowSimulatedSchema = Type.Boolean({
  default: true,
  description: 'False, as for production: a configuration with a simulated connection is refused.',
});

export const simulationSchema = closed(
  {
    brokerPort: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 65535,
      description:
        'Port, on loopback, of the embedded MQTT broker that simulators with `via: mqtt` share; 0: any free.',
    }),
    directory: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description:
          'Folder, relative to this file, for symbolic links to the pseudo-terminals of simulators with `via: pty`.',
      }),
    ),
    wiring: Type.Optional(
      Type.Array(wireSchema, { maxItems: 1000, description: 'Wires between simulated devices, from one to another.' }),
    ),
  },
  'What the simulators of this file share.',
  { default: {} },
);

export const storeSchema = closed(
  {
    directory: Type.String({
      default: 'bellcrank-data',
      minLength: 1,
      maxLength: 4096,
      description: 'Folder, relative to this file, for what outlives the process: commands, latches, leases, readings.',
    }),
    journal: oneOf(['required', 'best-effort'] as const, {
      default: 'required',
      description:
        'required: a command that cannot be put on record is refused. best-effort: it is executed all the same.',
    }),
    durability: oneOf(['process', 'power'] as const, {
      default: 'process',
      description:
        'process: the record survives the end of the process, however it ends. power: also that of the machine.',
    }),
    keepDays: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 36_500,
      description: 'How long commands are kept, in days.',
    }),
    keepMegabytes: Type.Integer({
      default: 1024,
      minimum: 64,
      maximum: 1_000_000,
      description: 'How much the log of commands may take; beyond that the oldest go first.',
    }),
    keepAlarms: Type.Integer({
      default: 2000,
      minimum: 100,
      maximum: 20_000,
      description: 'How many alarms are kept that are over and acknowledged, at most as long as commands.',
    }),
    keepReadingsDays: Type.Integer({
      default: 7,
      minimum: 1,
      maximum: 3660,
      description: 'How long readings are kept as they were, in days.',
    }),
    keepSummaryDays: Type.Integer({
      default: 400,
      minimum: 1,
      maximum: 36_500,
      description: 'How long minimum, mean and maximum of each minute are kept, in days.',
    }),
    keepReadingsMegabytes: Type.Integer({
      default: 1024,
      minimum: 8,
      maximum: 1_000_000,
      description: 'How much readings may take; beyond that the oldest go first.',
    }),
  },
  'What outlives the process.',
  { default: {} },
);

export const definitionsSchema = closed(
  {
    reload: Type.Boolean({
      default: false,
      description:
        'True: a definition among `drivers` whose file changes is taken without a restart, if nothing is wrong with it.',
    }),
  },
  'Definitions among `drivers`.',
  { default: {} },
);

export const idempotencySchema = closed(
  {
    required: Type.Boolean({
      default: false,
      description: 'True: commands and writes without an Idempotency-Key are refused.',
    }),
    expiryHours: Type.Integer({
      default: 24,
      minimum: 1,
      maximum: 24 * 365,
      description: 'How long a key stands for its command, in hours.',
    }),
  },
  'Idempotency keys.',
  { default: {} },
);

/** What all faults have; the rest is of their kind. */
export const faultSchema = Type.Object({
  kind: Type.String({ minLength: 1, maxLength: 100, description: 'What goes wrong.' }),
});

/** Faults that one simulator has at a time. */
const maxFaults = 32;

const simulatedDevice = {
  model: Type.String({ minLength: 1, maxLength: 100, description: 'The model to simulate.' }),
  seed: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: 0xffffffff,
    description: 'Fixes every random choice of the simulator.',
  }),
  options: Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    default: {},
    description: 'The simulator’s own options.',
  }),
  faults: Type.Optional(
    Type.Array(Type.Unsafe<FaultConfig>(faultSchema), {
      maxItems: maxFaults,
      description: 'What goes wrong on its wire from the start.',
    }),
  ),
  faultSeed: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 0xffffffff,
      description: 'Fixes every random choice of the faults; `seed` does if absent.',
    }),
  ),
};

/** What belongs to each of several simulators on a broker, and not to all. */
export const simulatedDeviceKeys = Object.keys(simulatedDevice);

export const simulatedDeviceSchema = closed(simulatedDevice, 'One of several simulators on a broker.');

/** `simulate` of a connection, but for `options`, whose schema is the simulator's. It has `model` or `devices`. */
export const simulateSchema = closed(
  {
    ...simulatedDevice,
    model: Type.Optional(simulatedDevice.model),
    via: oneOf(viaNames, {
      description: 'The wire to it: a pseudo-terminal, a TCP socket, memory, or the embedded MQTT broker.',
    }),
    devices: Type.Optional(
      Type.Array(simulatedDeviceSchema, {
        minItems: 1,
        maxItems: 1000,
        description: 'Instead of `model`, with `via: mqtt`: several simulators, all on the one broker.',
      }),
    ),
  },
  'A simulator that this process runs, or several; everything on it is flagged as simulated.',
);

export const simulatedSchema = Type.Boolean({
  default: false,
  description: 'True: a simulator of someone else’s is at the other end, and everything on it is flagged.',
});

const bound = (description: string) => Type.Optional(Type.Number({ description }));
const length = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

export const limitSchema = closed(
  {
    minimum: bound('The least value that is accepted.'),
    maximum: bound('The greatest value that is accepted.'),
    exclusiveMinimum: bound('Values must be greater than this.'),
    exclusiveMaximum: bound('Values must be less than this.'),
    multipleOf: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Values must be multiples of this.' })),
    enum: Type.Optional(
      Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000, description: 'The only values that are accepted.' }),
    ),
    minLength: length('The shortest text that is accepted, in characters.'),
    maxLength: length('The longest text that is accepted, in characters.'),
  },
  'Narrows what the driver’s model accepts; it never widens.',
  { minProperties: 1 },
);

export const limitsSchema = Type.Unsafe<Record<string, Static<typeof limitSchema> | Record<string, unknown>>>({
  type: 'object',
  description: 'Narrower limits, by command and parameter, or by `write:` and a property’s name.',
  patternProperties: {
    '^write:.+$': limitSchema,
    '^(?!write:)': {
      type: 'object',
      description: 'A command’s limits, by parameter.',
      additionalProperties: limitSchema,
    },
  },
  additionalProperties: false,
  default: {},
});

export const deviceSchema = closed(
  {
    driver: name('The driver, by the name of its model.'),
    connection: Type.Optional(name('The connection that it is on; absent for drivers that need none.')),
    options: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      default: {},
      description: 'The driver’s own options.',
    }),
    labels: Type.Unsafe<Record<string, string>>({
      type: 'object',
      maxProperties: 50,
      propertyNames: { minLength: 1, maxLength: 100 },
      additionalProperties: { type: 'string', maxLength: 500, description: 'A label’s value: text.' },
      default: {},
      description: 'Free texts by which devices are found and grouped.',
    }),
    limits: limitsSchema,
    deny: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      maxItems: 1000,
      uniqueItems: true,
      default: [],
      description: 'Commands that the device shall not offer; `write:` and a property’s name makes it read-only.',
    }),
    history: deviceHistorySchema,
    retries: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 5,
      description:
        'How often a command that only reads or sets is sent again, within its time, while its outcome is unknown.',
    }),
    onShutdown: oneOf(['leave', 'stop'] as const, {
      default: 'leave',
      description: 'When the service ends, the device is left as it is, or stopped.',
    }),
    idleProbeMs: Type.Optional(
      Type.Integer({
        minimum: 1000,
        maximum: 86_400_000,
        unit: 'ms',
        description: 'Silence after which the device is asked whether it is still there; never if absent.',
      }),
    ),
    enabled: Type.Boolean({ default: true, description: 'False: the device is listed and never opened.' }),
  },
  'A device: a driver on a connection.',
);

export const driversSchema = Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
  maxItems: 100,
  uniqueItems: true,
  default: [],
  description:
    'Drivers of your own: paths relative to this file (`./mine.ts`), names of packages installed beside it, or definitions: `./mine.yaml`, or a folder of them, `./definitions/`.',
});
