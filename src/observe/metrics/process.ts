import { collectDefaultMetrics, type Registry } from 'prom-client';

/**
 * Told by looking at every handle's JavaScript object, which ends the process where one was collected a moment before
 * (`Assertion failed: !obj.IsEmpty()` in `AsyncWrap::GetOwner`). `nodejs_active_resources` counts the same without.
 */
const unsafe = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
];

/** Memory, processor, files, garbage and the delay of the event loop, under the names that all Node.js services have. */
export function addProcess(register: Registry): void {
  collectDefaultMetrics({ register });
  for (const name of unsafe) register.removeSingleMetric(name);
}
