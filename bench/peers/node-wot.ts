/** The peer: one thing for each device on node-wot's HTTP server, whose action does at once what it is told. */
import { deviceName, mostDevices, recordOf, type Setting } from '../command-by-hand.ts';
import { commandBody, setting } from '../command-schema.ts';
import type { Listening } from '../subject.ts';
import { serveTasks } from '../tasks.ts';

/** What is used of `@node-wot`, which is not installed where nobody measures. */
interface Wot {
  readonly Servient: new () => {
    addServer(server: object): void;
    start(): Promise<{ produce(description: object): Promise<Thing> }>;
  };
}
interface Thing {
  setActionHandler(name: string, handler: (input: { value(): Promise<unknown> }) => Promise<object>): void;
  expose(): Promise<void>;
}
interface WotHttp {
  readonly HttpServer: new (config: { readonly port: number; readonly address: string }) => { getPort(): number };
}

async function load<T>(name: string): Promise<T> {
  const module = (await import(name)) as T & { readonly default?: T };
  return module.default ?? module;
}

async function listen({ devices = mostDevices }: { readonly devices?: number }): Promise<Listening> {
  // It tells of every format that its validator does not know, for every thing.
  console.warn = () => {};
  const { Servient } = await load<Wot>('@node-wot/core');
  const { HttpServer } = await load<WotHttp>('@node-wot/binding-http');
  const server = new HttpServer({ port: 0, address: '127.0.0.1' });
  const servient = new Servient();
  servient.addServer(server);
  const wot = await servient.start();
  for (let index = 0; index < devices; index++) {
    const title = deviceName(index);
    const thing = await wot.produce({ title, actions: { set: { input: setting, output: commandBody } } });
    // `value` checks it against the schema of the input.
    thing.setActionHandler('set', async (input) => recordOf(title, (await input.value()) as Setting));
    await thing.expose();
  }
  return { url: `http://127.0.0.1:${server.getPort()}`, pid: process.pid };
}

if (process.send !== undefined) serveTasks({ listen });
