import { onDevice } from './access/declared.ts';
import { Type } from '@sinclair/typebox';
import { type Lease, maxNote, type OnExpiry, ttlBounds } from '../command/leases/lease.ts';
import type { Device } from '../device/device.ts';
import { BellcrankError } from '../errors.ts';
import { leaseTokenOf } from './headers/lease-token.ts';
import { type App, closed, DevicePath, NoQuery, type Services } from './routes.ts';
import { leaseView } from './views.ts';

const Body = closed({
  ttlMs: Type.Integer({ ...ttlBounds, description: 'Milliseconds until it runs out unless it is renewed.' }),
  note: Type.Optional(
    Type.String({ maxLength: maxNote, description: 'Why, for whoever finds the device leased. Kept when renewed.' }),
  ),
  onExpiry: Type.Optional(
    Type.Unsafe<OnExpiry>({
      type: 'string',
      enum: ['release', 'stop'],
      description: 'What happens when it runs out. stop: the device is stopped and latched. Kept when renewed.',
    }),
  ),
});

const StealQuery = closed({
  steal: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      type: 'string',
      enum: ['true', 'false'],
      description: 'Take the lease from whoever holds it. Goes on record.',
    }),
  ),
});

/** What it may be is for `leaseTokenOf` to say. */
const TokenHeader = Type.Object({
  'lease-token': Type.Optional(Type.String({ description: 'The `token` that the lease was answered with.' })),
});

const tags = ['leases'];
const path = '/v1/devices/:id/lease';

/** Exclusive control of a device, for a time. */
export function leaseRoutes(app: App, { registry, leases }: Services): void {
  const common = { tags, params: DevicePath };
  app.put(
    path,
    {
      // One that is kept is no news.
      config: { ...onDevice('lease'), unauditedStatus: 200 },
      schema: {
        ...common,
        summary: 'Take a device for oneself, or keep it',
        operationId: 'takeLease',
        querystring: StealQuery,
        headers: TokenHeader,
        body: Body,
      },
    },
    async ({ params, query, raw, body, caller }, reply) => {
      const device = registry.get(params.id);
      // Who may not stop a device does not do it by letting go of it.
      const refusal = body.onExpiry === 'stop' ? caller.refusal({ action: 'stop', device }) : undefined;
      if (refusal !== undefined) throw refusal;
      const token = leaseTokenOf(raw);
      const steal = query.steal === 'true';
      const granted = await leases.take(device.id, { ...body, by: caller.name, token, steal });
      // The answer carries a secret.
      void reply.header('cache-control', 'no-store').code(granted.renewed ? 200 : 201);
      return { ...leaseView(device, granted.lease), token: granted.token };
    },
  );
  app.get(
    path,
    {
      config: onDevice('read'),
      schema: { ...common, summary: 'Who holds a device', operationId: 'getLease', querystring: NoQuery },
    },
    ({ params }) => {
      const device = registry.get(params.id);
      return leaseView(device, leaseOf(device, leases.get(device.id)));
    },
  );
  app.delete(
    path,
    {
      config: onDevice('lease'),
      schema: {
        ...common,
        summary: 'Give a device back',
        operationId: 'releaseLease',
        querystring: NoQuery,
        headers: TokenHeader,
      },
    },
    async ({ params, raw }, reply) => {
      await leases.release(registry.get(params.id).id, leaseTokenOf(raw));
      return await reply.code(204).send();
    },
  );
}

function leaseOf(device: Device, lease: Lease | undefined): Lease {
  if (lease !== undefined) return lease;
  throw new BellcrankError('not-found', `nobody holds a lease of device ${device.id}; PUT takes one`);
}
