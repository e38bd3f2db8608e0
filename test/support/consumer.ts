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
    start(): Promise<WoT>;
    shutdown(): Promise<void>;
  };
}

/** What somebody else's consumer makes of a Thing Description. */
export async function consumed(url: string): Promise<ConsumedThing> {
  const { Servient } = peer('@node-wot/core') as Core;
  const { HttpClientFactory } = peer('@node-wot/binding-http') as { HttpClientFactory: new (config: null) => object };
  const servient = new Servient();
  servient.addClientFactory(new HttpClientFactory(null));
  const wot = await servient.start();
  onTestFinished(() => servient.shutdown());
  return await wot.consume(await wot.requestThingDescription(url));
}
