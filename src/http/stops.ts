import { onDevice, onEverything, onSome } from './access/declared.ts';
import type { StopReport } from '../command/stops.ts';
import { BellcrankError } from '../errors.ts';
import { problemOf } from './problem.ts';
import { type App, DevicePath, type Services } from './routes.ts';

/** Stop goes first: no queue, no validation, no record before it; nothing about its body or query can be wrong. */
export function stopRoutes(app: App, { stops }: Services): void {
  const tags = ['stop'];
  app.post(
    '/v1/devices/:id/stop',
    {
      config: onDevice('stop'),
      schema: { tags, summary: 'Make a device safe now, and latch', operationId: 'stopDevice', params: DevicePath },
    },
    async ({ params, caller }) => stopView(await stops.stop(params.id, { by: caller.name, from: caller.from })),
  );
  app.delete(
    '/v1/devices/:id/stop',
    {
      config: onDevice('command'),
      schema: { tags, summary: 'Release the latch', operationId: 'releaseDevice', params: DevicePath },
    },
    async ({ params, caller }, reply) => {
      await stops.release(params.id, caller.name);
      return await reply.code(204).send();
    },
  );
  app.post(
    '/v1/stop',
    {
      config: onSome('stop'),
      schema: { tags, summary: 'Make every device safe now, and latch', operationId: 'stopAll' },
    },
    async ({ caller }) => ({ items: (await stops.stopAll({ by: caller.name, from: caller.from })).map(stopView) }),
  );
  app.delete(
    '/v1/stop',
    { config: onEverything('command'), schema: { tags, summary: 'Release every latch', operationId: 'releaseAll' } },
    async ({ caller }, reply) => {
      await stops.releaseAll(caller.name);
      return await reply.code(204).send();
    },
  );
}

/** What is known of one device's stop. The latch holds whatever the outcome. */
function stopView({ record, recorded }: StopReport): object {
  const { id, device, simulated, outcome, confirmation, error, reason } = record;
  const problem =
    error && new BellcrankError(error.code, error.detail, { ...error, ...(reason === undefined ? {} : { reason }) });
  return {
    id,
    device,
    stopped: true,
    simulated,
    outcome,
    confirmation: confirmation ?? null,
    recorded,
    ...(problem && { error: problemOf(problem, { commandId: id, ...(outcome && { outcome }) }) }),
    links: { self: `/v1/commands/${id}`, device: `/v1/devices/${device}` },
  };
}
