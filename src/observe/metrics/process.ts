import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Memory, processor, files, garbage and the delay of the event loop, under the names that all Node.js services have. */
export function addProcess(register: Registry): void {
  collectDefaultMetrics({ register });
}
