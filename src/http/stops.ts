import { onDevice, onEverything, onRelease, onSome } from './access/declared.ts';
import type { Caller } from '../access/caller.ts';
import type { StopReport } from '../command/stops.ts';
import type { Device } from '../device/device.ts';
import { BellcrankError } from '../errors.ts';
import { mayRead } from './access/seen.ts';
import { problemOf } from './problem.ts';
import { type App, DevicePath, NoQuery, type Services } from './routes.ts';

/**
 * Stop goes first: no queue, no validation, no record before it; nothing about its body or query can be wrong. A release
 * is as strict as anything else.
 */
export function stopRoutes(app: App, services: Services): void {
  const { stops } = services;
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
      config: onRelease,
      schema: {
        tags,
        summary: 'Release the latch',
        operationId: 'releaseDevice',
        params: DevicePath,
        querystring: NoQuery,
      },
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
      schema: { tags, summary: 'Make every device that one may stop safe now, and latch', operationId: 'stopAll' },
    },
    async ({ caller }) => await stopAll(services, caller),
  );
  app.delete(
    '/v1/stop',
    {
      config: onEverything('command'),
      schema: { tags, summary: 'Release every latch', operationId: 'releaseAll', querystring: NoQuery },
    },
    async ({ caller }, reply) => {
      await stops.releaseAll(caller.name);
      return await reply.code(204).send();
    },
  );
}

/** Whoever may stop everything stops what is added later as well; anybody else stops what is theirs to stop. */
export async function stopAll(
  { stops, registry }: Pick<Services, 'stops' | 'registry'>,
  caller: Caller,
): Promise<object> {
  const why = { by: caller.name, from: caller.from };
  if (caller.may({ action: 'stop' })) {
    const items = (await stops.stopAll(why)).map(stopView);
    return { items, everything: true, left: 0, notAllowed: [] };
  }
  const isTheirs = (device: Device): boolean => caller.may({ action: 'stop', device });
  const left = registry.devices.filter((device) => !isTheirs(device));
  const reports = await stops.stopThose(isTheirs, why);
  if (reports === undefined) throw stopsNothing(caller);
  const notAllowed = left.filter((device) => mayRead(caller, device)).map(({ id }) => id);
  return { items: reports.map(stopView), everything: false, left: left.length, notAllowed };
}

function stopsNothing({ name }: Caller): BellcrankError {
  return new BellcrankError('forbidden', `${name} lacks the scope stop: none of the devices here is theirs to stop`);
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
