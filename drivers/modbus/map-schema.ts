import { type Static, Type } from '@sinclair/typebox';
import type { JsonSchema } from '../../src/driver/index.ts';
import { byteOrder, closed, oneOf, registerSchema, wordOrder } from './register-schema.ts';

const line = (absent: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: `One line for people; ${absent} if absent.` }),
  );
const summary = line('the name in words');
const name = Type.String({ pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 60 });
const schema = Type.Unsafe<JsonSchema>({ type: 'object', description: 'JSON Schema of the value, with `unit`.' });
const milliseconds = (description: string, minimum: number, maximum: number) =>
  Type.Integer({ unit: 'ms', minimum, maximum, description });
const timeout = (absent: number) =>
  Type.Optional(
    milliseconds(`From acceptance to the end, waiting for the line included; ${absent} if absent.`, 1, 3_600_000),
  );
const timeoutMs = timeout(2000);
const confirmation = Type.Optional(
  oneOf(
    ['sent', 'acknowledged', 'confirmed'],
    'What counts as success. The device’s normal response is `acknowledged`; `confirmed` needs `verify` or function 23. The strongest that is reached if absent.',
  ),
);
const onBusy = Type.Optional(
  oneOf(['queue', 'reject', 'supersede'], 'While the device has other commands: wait, be turned away, or replace.'),
);
const tolerance = Type.Optional(
  Type.Number({
    minimum: 0,
    description: 'Largest difference that counts as the same; half of what the register can tell if absent.',
  }),
);
const withinMs = Type.Optional(milliseconds('How long the value may take to get there; 0 looks once.', 0, 3_600_000));

/** Functions that write, as in §6.5, §6.6, §6.11, §6.12, §6.16 and §6.17. */
const writeFunction = Type.Optional(
  Type.Unsafe<5 | 6 | 15 | 16 | 22 | 23>({
    type: 'integer',
    enum: [5, 6, 15, 16, 22, 23],
    description:
      'The function that writes it. Absent: 5 for a coil, 6 for one register, 16 for more; bits are read, changed and written. 22 changes bits in one step, 23 reads back in the same step.',
  }),
);

const property = closed(
  {
    summary,
    schema,
    access: Type.Optional(Type.Unsafe<'write'>({ const: 'write', description: 'It can be written, and never read.' })),
    pollMs: Type.Optional(milliseconds('How often it is read; `modbus.pollMs` if absent.', 10, 86_400_000)),
    register: registerSchema,
    write: Type.Optional(
      closed(
        {
          effect: Type.Optional(
            oneOf(['idempotent', 'actuate'], 'What writing it may change; `idempotent` if absent.'),
          ),
          confirmation,
          timeoutMs,
          onBusy,
          function: writeFunction,
          schema: Type.Optional(schema),
          verify: Type.Optional(closed({ tolerance, withinMs }, 'It is read back afterwards.')),
        },
        'How it is written; absent: it is only read.',
      ),
    ),
  },
  'One value of the device.',
);

const constant = Type.Union([Type.Number(), Type.String({ maxLength: 250 }), Type.Boolean()], {
  description: 'What is written each time.',
});

const write = closed(
  {
    register: registerSchema,
    param: Type.Optional(Type.String({ minLength: 1, description: 'The parameter that is written.' })),
    value: Type.Optional(constant),
    function: writeFunction,
  },
  'One write: of a parameter or of a constant.',
);
const writes = Type.Array(write, { minItems: 1, maxItems: 16, description: 'Done in this order.' });
const stopWrite = closed({ register: registerSchema, value: constant, function: writeFunction }, 'One write.');

const command = closed(
  {
    summary,
    effect: oneOf(
      ['read', 'idempotent', 'actuate'],
      'What executing it may change; only the first two may be retried.',
    ),
    confirmation,
    timeoutMs,
    onBusy,
    params: Type.Optional(
      Type.Record(name, schema, {
        additionalProperties: false,
        description: 'Parameters, each with the schema of its value.',
      }),
    ),
    writes: Type.Optional(writes),
    reads: Type.Optional(
      Type.Record(name, closed({ schema, register: registerSchema }, 'One value of the result.'), {
        additionalProperties: false,
        description: 'Read after the writes; they are the result.',
      }),
    ),
    verify: Type.Optional(
      closed(
        {
          property: Type.String({ description: 'The property that shows what the command set.' }),
          param: Type.String({ description: 'The parameter that it must then equal.' }),
          tolerance,
          withinMs,
        },
        'The property is read back afterwards.',
      ),
    ),
  },
  'Something that the device can be told to do.',
);

/** By the key that tells them apart. */
export const identifyForms = {
  register: closed(
    {
      register: registerSchema,
      equals: Type.Union([Type.Number(), Type.String({ maxLength: 250 }), Type.Boolean()]),
    },
    'A register that tells what the device is.',
  ),
  object: closed(
    {
      object: oneOf(
        ['vendor-name', 'product-code', 'revision'],
        'An object of function 43/14, Read Device Identification (§6.21).',
      ),
      equals: Type.Optional(Type.String({ maxLength: 245, description: 'The whole text.' })),
      startsWith: Type.Optional(Type.String({ maxLength: 245, description: 'How the text begins.' })),
    },
    'What the device says of itself.',
  ),
} as const;
const identify = Type.Union([identifyForms.register, identifyForms.object], {
  description: 'How another device at the address is told apart; it is then refused.',
});

const held = Type.Integer({ minimum: -32_768, maximum: 0xff_ff, description: 'A register, or a bit as 0 or 1.' });
const example = closed(
  {
    read: Type.Record(name, Type.Union([Type.Number(), Type.String(), Type.Boolean()]), {
      additionalProperties: false,
      description: 'Properties, and what they are then.',
    }),
    registers: Type.Unsafe<Readonly<Record<string, number | readonly number[]>>>({
      type: 'object',
      minProperties: 1,
      maxProperties: 100,
      additionalProperties: { anyOf: [held, { type: 'array', items: held, minItems: 1, maxItems: 125 }] },
      description:
        'What the device holds: by the manual’s number (`30001`) or by table and address (`input 0`), one or several from there on.',
    }),
  },
  'An answer of the device’s, from its manual or seen on the line.',
);

const settings = closed(
  {
    wordOrder: Type.Optional(wordOrder),
    byteOrder: Type.Optional(byteOrder),
    maxRegisters: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 125, default: 125, description: 'Most registers in one read (§6.3).' }),
    ),
    maxBits: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2000,
        default: 2000,
        description: 'Most coils or inputs in one read (§6.1).',
      }),
    ),
    maxGap: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 124,
        default: 0,
        description: 'Unused registers between two that may be read along with them to save a request.',
      }),
    ),
    pollMs: Type.Optional(milliseconds('How often properties are read; 1000 if absent.', 10, 86_400_000)),
    replyTimeoutMs: Type.Optional(
      milliseconds('From a request to the first byte of its answer; 500 if absent.', 5, 60_000),
    ),
    turnaroundMs: Type.Optional(
      milliseconds('Pause that the device needs between two requests; 0 if absent.', 0, 10_000),
    ),
    quietMs: Type.Optional(
      milliseconds('Silence after which no late answer is under way any more; 250 if absent.', 1, 10_000),
    ),
    guardMs: Type.Optional(
      milliseconds('Longest that a stop waits for another exchange on the line to end; 200 if absent.', 0, 10_000),
    ),
  },
  'What holds for the whole device.',
);

/** A Modbus device as plain data: everything that the engine needs to know, and nothing that it does not. */
export const modbusMapSchema = closed(
  {
    model: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 60, description: 'Name of the model.' }),
    summary: line('the model’s name'),
    transport: Type.Optional(
      Type.Array(Type.Unsafe<'serial' | 'tcp'>({ type: 'string', enum: ['serial', 'tcp'] }), {
        minItems: 1,
        maxItems: 2,
        description: 'What it can be attached to; both if absent.',
      }),
    ),
    modbus: Type.Optional(settings),
    identify: Type.Optional(identify),
    examples: Type.Optional(
      Type.Array(example, { maxItems: 1000, description: 'They are checked whenever the map is read.' }),
    ),
    properties: Type.Record(name, property, {
      additionalProperties: false,
      description: 'What can be read and written.',
    }),
    commands: Type.Optional(
      Type.Record(name, command, { additionalProperties: false, description: 'What it can be told to do.' }),
    ),
    stop: Type.Optional(
      closed(
        {
          summary: line('“Stop”'),
          confirmation: Type.Optional(
            oneOf(['sent', 'acknowledged'], 'What counts as stopped; `acknowledged` if absent.'),
          ),
          timeoutMs: timeout(1000),
          writes: Type.Array(stopWrite, { minItems: 1, maxItems: 16, description: 'All are tried, in this order.' }),
        },
        'What makes the device safe.',
      ),
    ),
  },
  'A Modbus device.',
);

export type ModbusMap = Static<typeof modbusMapSchema>;
export type ModbusSettings = NonNullable<ModbusMap['modbus']>;
export type ModbusProperty = ModbusMap['properties'][string];
export type ModbusCommand = NonNullable<ModbusMap['commands']>[string];
export type ModbusWrite = Static<typeof write>;
export type ModbusExample = Static<typeof example>;
export type ModbusIdentify = NonNullable<ModbusMap['identify']>;
export type WriteFunction = 5 | 6 | 15 | 16 | 22 | 23;
