import { onTestFinished } from 'vitest';
import { peer } from './peers.ts';

/** The part of node-wot that the tests use, as its own declarations have it. */
interface Output {
  value(): Promise<unknown>;
}
export interface ConsumedThing {
  readProperty(name: string): Promise<Output>;
  readAllProperties(): Promise<ReadonlyMap<string, Output>>;
  writeProperty(name: string, value: unknown): Promise<void>;
  invokeAction(name: string, input?: unknown): Promise<Output | undefined>;
  observeProperty(name: string, listener: (output: Output) => void): Promise<Subscription>;
  subscribeEvent(name: string, listener: (output: Output) => void): Promise<Subscription>;
}
interface Subscription {
  stop(): Promise<void>;
}
interface WoT {
  requestThingDescription(url: string): Promise<object>;
  consume(td: object): Promise<ConsumedThing>;
}
interface Core {
  readonly Servient: new () => {
    addClientFactory(factory: object): void;
    addCredentials(credentials: Readonly<Record<string, object>>): void;
    start(): Promise<WoT>;
    shutdown(): Promise<void>;
  };
}

/** What somebody else's consumer makes of a Thing Description that it asks for. */
export async function consumed(url: string): Promise<ConsumedThing> {
  const wot = await consumer({});
  return await wot.consume(await wot.requestThingDescription(url));
}

/** What it makes of one that it was given, as who has a token for it. */
export async function consumedAs(td: { readonly id: string }, token: string): Promise<ConsumedThing> {
  return await (await consumer({ [td.id]: { token } })).consume(td);
}

async function consumer(credentials: Readonly<Record<string, object>>): Promise<WoT> {
  const { Servient } = peer('@node-wot/core') as Core;
  const { HttpClientFactory } = peer('@node-wot/binding-http') as { HttpClientFactory: new (config: null) => object };
  const servient = new Servient();
  servient.addClientFactory(new HttpClientFactory(null));
  servient.addCredentials(credentials);
  onTestFinished(() => servient.shutdown());
  return await servient.start();
}
