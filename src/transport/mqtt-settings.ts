import { type Static, Type } from '@sinclair/typebox';

const file = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 4096, description }));

const presence = Type.Object(
  {
    topic: Type.String({
      minLength: 1,
      maxLength: 1024,
      pattern: '^[^+#\\u0000]+$',
      description: 'Where it is told.',
    }),
    online: Type.String({
      maxLength: 4096,
      description: 'Told once connected. `{timestamp}` stands for when that was, in ms since 1970.',
    }),
    offline: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'Told by the broker when the connection is lost (the last will), and by us before a goodbye.',
    }),
    goodbye: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description: 'Told before a goodbye, where that is not the same as being lost; `offline` if absent.',
      }),
    ),
    qos: Type.Optional(Type.Unsafe<0 | 1>({ type: 'integer', enum: [0, 1], description: '1 if absent.' })),
    retain: Type.Optional(Type.Boolean({ description: 'Kept by the broker for whoever comes later; on if absent.' })),
  },
  { additionalProperties: false, description: 'Tells everyone at the broker whether Bellcrank is there.' },
);

export const settings = Type.Object(
  {
    url: Type.String({
      pattern: '^(mqtt|mqtts|ws|wss)://[^\\s]+$',
      description: 'The broker: mqtt://host:1883, mqtts://host:8883, ws://host:9001/mqtt or wss://….',
    }),
    username: Type.Optional(Type.String({ description: 'User name at the broker.' })),
    password: Type.Optional(Type.String({ description: 'Password at the broker; best taken from the environment.' })),
    clientId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 65_535,
        description: 'Client identifier; a random one per connection if absent. A broker cuts the older of two alike.',
      }),
    ),
    keepaliveSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        unit: 's',
        description: 'How often an idle link is checked; a dead broker is noticed after 1.5 times this. 15 if absent.',
      }),
    ),
    protocolVersion: Type.Optional(
      Type.Unsafe<4 | 5>({
        type: 'integer',
        enum: [4, 5],
        description: '4 is MQTT 3.1.1, 5 is MQTT 5.0; 4 if absent.',
      }),
    ),
    connectTimeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 600_000,
        unit: 'ms',
        description: 'Longest wait for the broker to accept, and to answer a subscription; 5000 if absent.',
      }),
    ),
    filtersPerSubscribe: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'How many topic filters one packet may subscribe to; 100 if absent. Some brokers take only a few.',
      }),
    ),
    maxPayloadBytes: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 256 * 1024 * 1024,
        unit: 'B',
        description: 'Longest payload that is taken; a longer one is dropped and reported. 16 MiB if absent.',
      }),
    ),
    rejectUnauthorized: Type.Optional(
      Type.Boolean({ description: 'Refuse a broker whose certificate cannot be verified; on if absent.' }),
    ),
    caFile: file('PEM file with the authority that signed the broker’s certificate.'),
    certFile: file('PEM file with the certificate that this client shows to the broker; with keyFile.'),
    keyFile: file('PEM file with the private key of certFile.'),
    keyPassphrase: Type.Optional(Type.String({ description: 'What keyFile is encrypted with.' })),
    serverName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        description: 'Name that the broker’s certificate must be for, if it is not the one in the url.',
      }),
    ),
    presence: Type.Optional(presence),
  },
  { additionalProperties: false },
);

export type Settings = Static<typeof settings>;
export type PresenceSettings = Static<typeof presence>;

/** The URL without user, password and query, all of which can carry secrets. */
export function labelOf({ url }: Pick<Settings, 'url'>): string {
  if (!URL.canParse(url)) return url.replace(/^(\w+:\/\/).*@/, '$1').replace(/\?.*$/, '');
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
