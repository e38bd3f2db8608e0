import {
  type AnyDriver,
  BellcrankError,
  type Call,
  type Candidate,
  type Discovery,
  type Message,
  type MessageConnection,
  type MessageWire,
  type Model,
  payloadFields,
  payloadJson,
  type Shared,
  topicLevelPattern,
  Type,
} from '../../src/driver/index.ts';
import type { HubLine } from './hub-line.ts';

/** What a device of the toy dialect says of itself, retained, on `<prefix>/<name>/about`. */
export interface About {
  readonly serial: string;
  readonly make?: string;
  /** The greatest level that it takes. */
  readonly most?: number;
  readonly unsupported?: string;
}

const level = (most: number) => Type.Integer({ minimum: 0, maximum: most });

function modelOf({ make = 'plain', most = 100 }: About): Model {
  return {
    name: `chirp-${make}`,
    summary: `A ${make} chirp`,
    commands: {
      nudge: {
        summary: 'Nudge it',
        effect: 'actuate',
        confirmation: 'sent',
        timeoutMs: 1000,
        params: Type.Object({ by: level(most) }, { additionalProperties: false }),
        result: Type.Object({}, { additionalProperties: false }),
      },
    },
    properties: { level: { summary: 'Its level', schema: level(most), access: 'read', source: 'pushed' } },
    events: {},
  };
}

interface Listener {
  about(about: About | undefined): void;
  level(level: unknown): void;
}

/** All devices that one broker announces under one prefix, for the sessions and for discovery. */
class Inventory {
  readonly known = new Map<string, About>();
  readonly #watchers = new Set<(name: string, about: About | undefined) => void>();
  readonly #sessions = new Map<string, Listener>();
  readonly ready: Promise<unknown>;

  constructor(connection: MessageConnection, prefix: string) {
    this.ready = connection.subscribe(`${prefix}/+/+`, (message) => this.#hear(message));
  }

  watch(watcher: (name: string, about: About | undefined) => void): () => void {
    this.#watchers.add(watcher);
    for (const [name, about] of this.known) watcher(name, about);
    return () => this.#watchers.delete(watcher);
  }

  join(name: string, session: Listener): () => void {
    this.#sessions.set(name, session);
    return () => this.#sessions.delete(name);
  }

  #hear(message: Message): void {
    const [, name = '', what] = message.topic.split('/');
    if (what === 'level') return this.#sessions.get(name)?.level(payloadJson(message.payload)?.value);
    if (what !== 'about') return;
    const told = payloadFields(message.payload);
    const about = typeof told?.['serial'] === 'string' ? (told as unknown as About) : undefined;
    if (about === undefined) this.known.delete(name);
    else this.known.set(name, about);
    this.#sessions.get(name)?.about(about);
    for (const watcher of this.#watchers) watcher(name, about);
  }
}

interface Options {
  readonly prefix?: string;
  readonly name: string;
}

const prefixSchema = Type.String({ pattern: topicLevelPattern, default: 'chirp', description: 'Before its topics.' });

function inventoryOf(shared: Shared, prefix: string): Inventory {
  return shared.get(`chirp/${prefix}`, (connection) => new Inventory(connection, prefix));
}

function announce(discovery: Discovery, prefix: string, serials: Map<string, string>) {
  return (name: string, about: About | undefined): void => {
    const before = serials.get(name);
    if (before !== undefined && before !== about?.serial) discovery.gone(before);
    if (about === undefined) return void serials.delete(name);
    serials.set(name, about.serial);
    const candidate: Candidate = {
      identity: about.serial,
      name,
      options: { prefix, name },
      ...(about.make === undefined ? {} : { model: about.make, manufacturer: 'Chirp Works' }),
      ...(about.unsupported === undefined ? {} : { unsupported: about.unsupported }),
    };
    discovery.found(candidate);
  };
}

/** A toy dialect whose devices announce and describe themselves. */
export function chirpDriver(name = 'chirp', overrides: Partial<AnyDriver> = {}): AnyDriver {
  return {
    contract: 1,
    model: { name, summary: 'Something that chirps', commands: {}, properties: {}, events: {} },
    transports: ['mqtt'],
    options: Type.Object(
      {
        prefix: Type.Optional(prefixSchema),
        name: Type.String({ pattern: topicLevelPattern }),
        replyTimeoutMs: Type.Optional(Type.Integer()),
      },
      { additionalProperties: false },
    ),
    discoveryOptions: Type.Object({ prefix: Type.Optional(prefixSchema) }, { additionalProperties: false }),
    selfDescribing: true,
    address: (options) => `${(options as Options).prefix ?? 'chirp'}/${(options as Options).name}`,
    attach: async (_connection, given, context) => {
      const { prefix = 'chirp', name: its } = given as Options;
      const inventory = inventoryOf(context.shared, prefix);
      const leave = inventory.join(its, {
        about(about) {
          if (about !== undefined) context.remodel(context.intern(modelOf(about)));
          context.availability(about !== undefined, about === undefined ? 'not announced' : 'announced');
        },
        level: (told) => context.report('level', told),
      });
      context.signal.addEventListener('abort', leave, { once: true });
      await inventory.ready;
      const about = inventory.known.get(its);
      if (about === undefined) context.availability(false, 'not announced on this broker');
      return {
        commands: {
          nudge: async ({ by }: { by: number }, call: Call<MessageWire>) => {
            if (by === 13) throw new BellcrankError('device-refused', 'it is superstitious');
            await call.wire.publish(`${prefix}/${its}/nudge`, String(by));
            return {};
          },
        },
        ...(about === undefined ? {} : { model: context.intern(modelOf(about)) }),
      };
    },
    discover: async (_connection, discovery, { shared, signal, options }) => {
      const { prefix = 'chirp' } = options as { prefix?: string };
      const inventory = inventoryOf(shared, prefix);
      await inventory.ready;
      const stop = inventory.watch(announce(discovery, prefix, new Map()));
      signal.addEventListener('abort', stop, { once: true });
    },
    ...overrides,
  };
}

export function about(line: HubLine, name: string, told: About | undefined, prefix = 'chirp'): void {
  line.publish(`${prefix}/${name}/about`, told ?? '');
}
