import { header } from './openapi-json.ts';
import { arrayOf, closedObject, flag, json, type Json, links, ref, text } from './openapi-json.ts';
import { simulated } from './openapi-device-schemas.ts';

/** What every operation that sends something understands beside its body. */
const parameters = {
  DryRun: {
    name: 'dryRun',
    in: 'query',
    description: 'Answer with what would leave and what stands in the way; nothing is sent or recorded.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description:
      '`wait=N`: wait N seconds at most (30 is the most, and the default), then 202. `respond-async`: 202 at once; ' +
      'with `wait`, only if the command takes longer (RFC 7240).',
    schema: { type: 'string', examples: ['wait=5', 'respond-async'] },
  },
  RequestTimeout: {
    name: 'Request-Timeout',
    in: 'header',
    description: 'Seconds: shortens the time that the command may take, waiting included.',
    schema: { type: 'string', examples: ['2', '0.5'] },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A quoted string, new for each command. A request with the same key, device, command and parameters is answered ' +
      'with the command as it stands now, and executes nothing (draft-ietf-httpapi-idempotency-key-header). A key is ' +
      'free again when its command ended `not-sent`, and expires after the configured time, 24 hours by default.',
    schema: { type: 'string', examples: ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'] },
  },
  LeaseToken: {
    name: 'Lease-Token',
    in: 'header',
    description: 'The token of the device’s lease; a command with one that has ended is refused.',
    schema: { type: 'string' },
  },
} satisfies Record<string, Json>;

export const sendingParameters: Json = parameters;

export const sendingParameterRefs: readonly Json[] = Object.keys(parameters).map((name) => ({
  $ref: `#/components/parameters/${name}`,
}));

const write: Json = {
  oneOf: [
    closedObject({
      hex: text('Bytes, as hexadecimal digits.'),
      text: text('The same bytes, each as the character of its number (Latin-1).'),
    }),
    closedObject({ topic: text('Where it would be published.'), payload: text('What would be published.') }),
  ],
};

export const sendingSchemas = {
  DryRun: {
    title: 'Dry run',
    description: 'What a command would do if it were sent now.',
    ...closedObject({
      dryRun: { const: true },
      device: text('The device’s id.'),
      command: text('The command’s name, or `write:` and the property’s.'),
      params: { description: 'As they were sent.' },
      allowed: flag('Nothing stands in the way.'),
      obstacles: {
        ...arrayOf(ref('Problem')),
        description: 'What would turn it away: a stop, a lease, an interlock, …',
      },
      writes: { ...arrayOf(write), description: 'What would leave, in order.' },
      complete: flag('False if more would follow, which depends on what the device answers.'),
      simulated,
      links: links('device'),
    }),
  },
} satisfies Record<string, Json>;

const location = header('The command’s path.');
const sendingHeaders: Json = {
  Vary: header('`Prefer`.'),
  'Preference-Applied': { ...header('Which preferences were honoured.'), required: false },
  'Idempotency-Replayed': { ...header('`true` where the key stood for this command already.'), required: false },
};

/** The answers of an operation that sends something: its end, the way to it, or what it would be. */
export function sendingResponses(ended: Json, more: Json | undefined): Json {
  const headers = { ...sendingHeaders, ...more };
  const either = { oneOf: [ended, ref('DryRun')] };
  const accepted = { ...headers, Location: location, 'Content-Location': location };
  return {
    '200': json('The command succeeded; or, asked for a dry run, what it would do.', either, {
      ...headers,
      'Content-Location': location,
    }),
    '202': json('The command goes on; its path tells how it stands.', ref('Command'), accepted),
  };
}
