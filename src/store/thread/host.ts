import { type MessagePort, parentPort } from 'node:worker_threads';
import { standBack } from './stand-back.ts';

/** Who moves in: a module that exports `serve`, what that is told, and what it answers on. */
export interface Newcomer {
  readonly module: string;
  readonly data: unknown;
  readonly port: MessagePort;
}

/** What a module that runs in a shared thread exports. */
interface Served {
  readonly serve: (port: MessagePort, data: unknown) => unknown;
}

/** The thread that several share. In the main thread, where tools may import every module, it does nothing. */
if (parentPort !== null) {
  standBack();
  parentPort.on('message', (newcomer: Newcomer) => void begin(newcomer));
}

/** What goes wrong here ends the thread, which everybody in it hears. */
async function begin({ module, data, port }: Newcomer): Promise<void> {
  // Named by whoever wires the store.
  const { serve } = (await import(module)) as Served;
  await serve(port, data);
}
