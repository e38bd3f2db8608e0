/** AsyncAPI 3 of the live stream: one channel, one operation, a message for each kind of event. */

import { serverSchemes, type Way } from './security.ts';

type Json = Readonly<Record<string, unknown>>;

/** One kind of event. */
export interface StreamMessage {
  readonly title: string;
  readonly summary: string;
  /** What it may be: names among the shared schemas. */
  readonly schemas: readonly string[];
  /** Whether readers may go on after it by its id. */
  readonly hasId: boolean;
  readonly example: object;
}

export interface AsyncApiInput {
  readonly version: string;
  /** As the client reaches the service: `127.0.0.1:7080`. */
  readonly host: string;
  readonly protocol: string;
  /** How clients show who they are, any of them; none where nobody has to. */
  readonly ways: readonly Way[];
  /** By the name of the event. */
  readonly messages: Readonly<Record<string, StreamMessage>>;
  /** JSON Schema of the query parameters. */
  readonly query: Json;
  /** Shared with the OpenAPI document, whose `components.schemas` they are. */
  readonly schemas: Json;
}

const prefix = '#/components/schemas/';

const words = [
  'The answer to `GET /v1/stream` is `text/event-stream` (HTML Standard §9.2) and does not end by itself.',
  'Each message is one server-sent event: its name is the `event:` line, its payload the `data:` line in JSON, and its id',
  'the `id:` line. Ids grow, also over restarts; whoever sends the last one as `Last-Event-ID` misses nothing, or is told',
  'so by `gap`. A comment is sent every 15 s. How things stand comes first: `snapshot` for each device, then `synced`.',
].join(' ');

export function asyncApiDocument(input: AsyncApiInput): Json {
  const { version, host, protocol, ways, messages, query, schemas } = input;
  const names = Object.keys(messages);
  const used = Object.values(messages).flatMap((message) => message.schemas);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Bellcrank: the live stream',
      version,
      description: 'What happens to devices, commands, leases and simulators, as it happens.',
      license: { name: 'MIT' },
      externalDocs: { description: 'Every request, and the same schemas', url: `${protocol}://${host}/openapi.json` },
    },
    servers: {
      service: { host, protocol, description: 'The service that this document comes from.', ...securityBy(ways) },
    },
    defaultContentType: 'application/json',
    channels: {
      stream: {
        address: '/v1/stream',
        title: 'The live stream',
        description: words,
        servers: [{ $ref: '#/servers/service' }],
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      followStream: {
        action: 'send',
        channel: { $ref: '#/channels/stream' },
        summary: 'Tells whoever asks how things stand, and then everything as it happens',
        messages: names.map((name) => ({ $ref: `#/channels/stream/messages/${name}` })),
        bindings: { http: { method: 'GET', query, bindingVersion: '0.3.0' } },
      },
    },
    components: {
      messages: Object.fromEntries(Object.entries(messages).map(([name, message]) => [name, messageOf(name, message)])),
      schemas: reachable(used, schemas),
      ...(ways.length === 0
        ? {}
        : { securitySchemes: Object.fromEntries(ways.map((way) => [way, serverSchemes[way]])) }),
    },
  };
}

/** Any one of them does (AsyncAPI 3.0, Server Object). */
function securityBy(ways: readonly Way[]): Json {
  if (ways.length === 0) return {};
  return { security: ways.map((way) => ({ $ref: `#/components/securitySchemes/${way}` })) };
}

function messageOf(name: string, { title, summary, schemas, hasId, example }: StreamMessage): Json {
  const [only, ...others] = schemas.map((schema) => ({ $ref: `${prefix}${schema}` }));
  return {
    name,
    title,
    summary: `${summary} ${hasId ? 'It has an id.' : 'It has no id.'}`,
    contentType: 'application/json',
    payload: others.length === 0 ? only : { anyOf: [only, ...others] },
    examples: [{ name, payload: example }],
  };
}

/** These schemas, and those that they refer to. */
function reachable(names: readonly string[], schemas: Json): Json {
  const found = new Map<string, unknown>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const schema = schemas[name];
    found.set(name, schema);
    for (const [, other = ''] of JSON.stringify(schema).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      visit(other);
  };
  for (const name of names) visit(name);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
