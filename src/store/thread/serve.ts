import type { MessagePort } from 'node:worker_threads';
import { type Answer, type Methods, type Question, toPlain } from './protocol.ts';

/** Answers a thread's questions. Methods that wait let later questions in. */
export function serveThread<S extends Methods<S>>(port: MessagePort, methods: S): void {
  // Questions are typed where they are asked; `Thread` and these methods share the type `S`.
  const callable = methods as unknown as Readonly<Record<string, (input: unknown) => unknown>>;
  port.on('message', (question: Question) => void answer(port, callable, question));
}

async function answer(
  port: MessagePort,
  methods: Readonly<Record<string, (input: unknown) => unknown>>,
  { id, name, input }: Question,
): Promise<void> {
  let reply: Answer;
  try {
    reply = { id, value: await methods[name]?.(input) };
  } catch (error) {
    reply = { id, error: toPlain(error) };
  }
  port.postMessage(reply, []);
}

/** Lets whatever else is ready run, messages included. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
