import { Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

const pem = (description: string) => Type.String({ minLength: 1, maxLength: 1_048_576, description });

export const tlsSchema = Type.Object(
  {
    certificate: pem('The certificate in PEM, with those that lead from it to a root: a path relative to this file.'),
    key: pem('Its private key in PEM, not encrypted: a path relative to this file.'),
    ca: Type.Optional(pem('Who signs the certificates of clients, in PEM: a path relative to this file.')),
    clientCertificates: Type.Optional(
      Type.Unsafe<'request' | 'require'>({
        type: 'string',
        enum: ['request', 'require'],
        description:
          'Whether clients are asked for a certificate. request: who has none can sign in otherwise. require: nobody without one gets in.',
      }),
    ),
  },
  { ...closed, description: 'HTTPS in place of HTTP, TLS 1.2 at least: see docs/tls.md.' },
);

export const corsSchema = Type.Object(
  {
    origins: Type.Array(Type.String({ minLength: 1, maxLength: 300, pattern: '^https?://[^/*\\s]+$' }), {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      description: 'Origins, each as browsers write it: `https://panel.example`, with its port if it has one.',
    }),
  },
  { ...closed, description: 'Pages of other origins that may use the service, with a Bearer key or token.' },
);

const ms = (preset: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: preset, minimum, maximum, unit: 'ms', description });
const count = (preset: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: preset, minimum, maximum, description });

export const limitsOfServerSchema = Type.Object(
  {
    connections: count(
      4000,
      10,
      1_000_000,
      'Connections at once; beyond that idle ones go, and then only stops get in, the page, and who signs in.',
    ),
    clientConnections: count(
      1000,
      0,
      1_000_000,
      'Connections of one address at once (of IPv6, one /64), but for loopback; 0 is no limit. Beyond that as with all of them.',
    ),
    headerBytes: count(
      16_384,
      4096,
      262_144,
      'Longest request line and headers together, in bytes; more is answered with 431.',
    ),
    headerCount: count(100, 20, 2000, 'Most headers of a request; more are answered with 431.'),
    headersTimeoutMs: ms(
      10_000,
      100,
      600_000,
      'How long a client may take for its headers, and for its handshake with TLS.',
    ),
    requestTimeoutMs: ms(
      30_000,
      100,
      600_000,
      'How long a client may take for a request, body included; later is answered with 408.',
    ),
    keepAliveTimeoutMs: ms(10_000, 0, 600_000, 'How long a connection without a request stays open.'),
    clientRequestsPerSecond: count(
      2000,
      0,
      1_000_000,
      'Requests of one client, by its name or, without one, its address; 0 is no limit. Twice as many at once; more are answered with 429.',
    ),
    deviceRequestsPerSecond: count(
      0,
      0,
      1_000_000,
      'Requests for one device, whoever sends them; 0 is no limit. Twice as many at once; more are answered with 429.',
    ),
    eventLoopDelayMs: ms(
      1000,
      0,
      60_000,
      'Mean delay of the event loop from which, if it lasts, requests are answered with 503; 0 is never.',
    ),
    heapPercent: count(
      95,
      0,
      100,
      'Use of the memory that Node may take from which requests are answered with 503; 0 is never.',
    ),
  },
  {
    ...closed,
    default: {},
    description: 'What one client, or all together, may take. Stops are held up by none of it.',
  },
);
