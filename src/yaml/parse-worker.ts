/** The thread that parses a text, and keeps its tree until nobody asks for places any more. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { parseHere } from './parsed.ts';
import type { Finding } from './place.ts';

async function serve(port: MessagePort, text: string): Promise<void> {
  const parsed = await parseHere(text);
  port.on('message', (findings: readonly Finding[]) => {
    void parsed.placesOf(findings).then((places) => port.postMessage(places));
  });
  const { value, problems, readable } = parsed;
  port.postMessage({ value, problems, readable });
}

// Whoever starts it gives it the text.
if (parentPort !== null) await serve(parentPort, workerData as string);
