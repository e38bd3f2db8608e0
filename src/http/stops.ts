import { v7 as uuidv7 } from 'uuid';
import type { Device } from '../device/device.ts';
import { judge } from '../command/outcome.ts';
import { type App, DevicePath, type Services } from './routes.ts';
import { problemOf } from './problem.ts';

/** Stop goes first: no queue, no validation, no record before it; nothing about its body or query can be wrong. */
export function stopRoutes(app: App, { registry, log }: Services): void {
  const stop = async (device: Device): Promise<object> => {
    const stopped = await stopDevice(device);
    log.warn(stopped, 'device stopped');
    return stopped;
  };
  const tags = ['stop'];
  app.post(
    '/v1/devices/:id/stop',
    { schema: { tags, summary: 'Make a device safe now, and latch', operationId: 'stopDevice', params: DevicePath } },
    async ({ params }) => {
      const [stopped] = await Promise.all(registry.toStop(params.id).map(stop));
      return stopped;
    },
  );
  app.delete(
    '/v1/devices/:id/stop',
    { schema: { tags, summary: 'Release the latch', operationId: 'releaseDevice', params: DevicePath } },
    ({ params }, reply) => {
      registry.get(params.id).release();
      log.warn({ device: params.id }, 'stop released');
      return reply.code(204).send();
    },
  );
  app.post(
    '/v1/stop',
    { schema: { tags, summary: 'Make every device safe now, and latch', operationId: 'stopAll' } },
    async () => ({ items: await Promise.all(registry.stopAll().map(stop)) }),
  );
  app.delete(
    '/v1/stop',
    { schema: { tags, summary: 'Release every latch', operationId: 'releaseAll' } },
    (_, reply) => {
      registry.releaseAll();
      log.warn({}, 'every stop released');
      return reply.code(204).send();
    },
  );
}

/** What is known of one device's stop. The latch holds whatever the outcome. */
async function stopDevice(device: Device): Promise<object> {
  const spec = device.model.stop;
  const { invoked, error } = await device.stop(uuidv7());
  const common = { device: device.id, stopped: true, simulated: device.simulated };
  if (invoked === undefined || spec === undefined) {
    return { ...common, outcome: 'not-sent', confirmation: null, error: error && problemOf(error) };
  }
  const verdict = judge({ effect: 'idempotent', declared: spec.confirmation, invoked });
  return {
    ...common,
    outcome: verdict.outcome,
    confirmation: invoked.level ?? null,
    ...(verdict.error === undefined ? {} : { error: problemOf(verdict.error, { outcome: verdict.outcome }) }),
  };
}
