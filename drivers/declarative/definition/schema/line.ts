import { type Static, Type } from '@sinclair/typebox';
import { replySchema } from './exchange.ts';
import { closed, milliseconds, oneOf, template } from './parts.ts';

const echoWith = closed(
  { terminator: template('In place of the terminator that was sent.') },
  'It repeats the message, and another terminator.',
);

const echoSchema = Type.Unsafe<boolean | Static<typeof echoWith>>({
  anyOf: [{ type: 'boolean', description: 'As it was sent.' }, echoWith],
  description: 'The device repeats what it is sent before it answers; false.',
});

export const lineSchema = closed(
  {
    baudRate: Type.Optional(
      Type.Integer({
        minimum: 50,
        maximum: 12_000_000,
        unit: 'Bd',
        description: 'Where the configuration does not say.',
      }),
    ),
    dataBits: Type.Optional(oneOf([5, 6, 7, 8], 'Bits per character, where the configuration does not say.')),
    stopBits: Type.Optional(oneOf([1, 2], 'Stop bits, where the configuration does not say.')),
    parity: Type.Optional(oneOf(['none', 'even', 'odd'], 'Parity, where the configuration does not say.')),
    outTerminator: Type.Optional(template('Appended to what is sent; nothing if absent.')),
    inTerminator: Type.Optional(template('Ends each reply; empty: the reply ends with silence.')),
    reply: Type.Optional(replySchema),
    echo: Type.Optional(echoSchema),
    prompt: Type.Optional(template('Sent by the device when it is ready for the next message.')),
    replyTimeoutMs: Type.Optional(milliseconds('From the end of a request to the first byte of its reply; 500.', 1)),
    interByteTimeoutMs: Type.Optional(milliseconds('Silence inside a reply that ends it; 50.', 1)),
    totalTimeoutMs: Type.Optional(milliseconds('From the end of a request to the end of its reply; no limit.', 1)),
    gapMs: Type.Optional(milliseconds('Silence on the line before each request; 0.')),
    minIntervalMs: Type.Optional(milliseconds('Least time from one request to the next.', 1)),
    quietMs: Type.Optional(milliseconds('Silence that proves that no late reply is under way; 250.', 1, 60_000)),
    maxReplyBytes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_048_576, unit: 'B', description: 'The longest reply; 4096.' }),
    ),
  },
  'The line: how the port is set, how messages end, how long to wait.',
);
