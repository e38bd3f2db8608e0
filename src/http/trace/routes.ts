import type { Caller } from '../../access/caller.ts';
import { onDevice } from '../access/declared.ts';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import type { Device } from '../../device/device.ts';
import { BellcrankError, type InputError } from '../../errors.ts';
import { printEvent, printHeader } from '../../recording/index.ts';
import type { TraceEntry, TracePage } from '../../transport/trace/index.ts';
import { type App, closed, defaultPage, DevicePath, paging, type Services } from '../routes.ts';
import { Follower } from './follower.ts';
import { lastIdOf } from '../stream/query.ts';
import { withStreamHeaders } from '../stream/routes.ts';
import { LiveTrace } from './live.ts';
import { headerOf, recordedOf } from './recorded.ts';
import { isInSight, sightOf } from './sight.ts';
import { entryView } from './view.ts';

/** Each has a buffer and a connection; who records writes to a file. */
export const maxFollowers = 16;

const TraceQuery = closed({
  limit: paging.limit,
  since: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,15}$',
      description: 'After this sequence, oldest first: the `next` of an answer. Without it, the newest that there are.',
    }),
  ),
  command: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'The id of a command: what it sent, and nothing else.' }),
  ),
  follow: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      type: 'string',
      enum: ['true', 'false'],
      description:
        'From now on and as it happens, as a recording (text/plain) or as server-sent events, until either side ends it.',
    }),
  ),
});

/** What passed on the wire of a device. */
export function traceRoutes(app: App, { registry, clock }: Services): void {
  const followers = new Set<Follower | LiveTrace>();
  app.addHook('preClose', (done) => {
    for (const follower of followers) follower.end('the service is shutting down');
    done();
  });
  const follow = (
    device: Device,
    caller: Caller,
    reply: FastifyReply,
    after: number | 'recording' | undefined,
  ): FastifyReply => {
    if (followers.size >= maxFollowers) throw tooMany();
    const { id, wire } = device;
    const isThere = (): boolean => registry.find(id)?.wire.trace === wire.trace;
    const sees = sightOf(registry, device, caller);
    const isInSightNow = (): boolean => isInSight(registry, device, caller);
    const parts = { device, clock, caller, isThere, sees, isInSight: isInSightNow };
    const follower = after === 'recording' ? new Follower(parts) : new LiveTrace(parts, after);
    followers.add(follower);
    follower.stream.once('close', () => followers.delete(follower));
    return (after === 'recording' ? asText(reply) : withStreamHeaders(reply)).send(follower.stream);
  };
  app.get(
    '/v1/devices/:id/trace',
    {
      config: onDevice('read'),
      schema: {
        tags: ['devices'],
        summary: 'What passed on the wire of the device, newest last; as JSON, or as a recording in text/plain',
        operationId: 'getTrace',
        params: DevicePath,
        querystring: TraceQuery,
      },
    },
    async (request, reply) => {
      const { params, query, caller } = request;
      const device = registry.get(params.id);
      checkTogether(query);
      const type = typeFor(request, query.follow === 'true');
      // Who asks for the headers alone gets nothing that would have to end.
      if (query.follow === 'true') {
        if (request.method === 'HEAD') return await asText(reply).send('');
        const last = request.headers['last-event-id'];
        return await follow(device, caller, reply, type === 'text/plain' ? 'recording' : lastIdOf(last, undefined));
      }
      const page = pageOf(device, query, sightOf(registry, device, caller));
      if (type === 'text/plain') return await asText(reply).send(recordingOf(device, query, page, clock.now()));
      const { items, dropped, next } = page;
      const { simulated } = device;
      return { device: device.id, items: items.map((entry) => entryView(entry, device)), dropped, next, simulated };
    },
  );
}

function pageOf(
  { id, wire }: Device,
  { limit, since, command }: Static<typeof TraceQuery>,
  sees: (entry: TraceEntry) => boolean,
): TracePage {
  const page = wire.trace.read({
    device: id,
    command,
    since: since === undefined ? undefined : Number(since),
    limit: Number(limit ?? defaultPage),
  });
  return { ...page, items: page.items.filter(sees) };
}

function recordingOf(device: Device, { since }: Static<typeof TraceQuery>, page: TracePage, now: number): string {
  const { items, dropped } = page;
  const [first] = items;
  const began = first?.at ?? 0;
  const detail = `${dropped} entries before this are gone; ask more often, or follow`;
  const gap = since === undefined || dropped === 0 ? '' : printEvent({ at: 0, kind: 'wire', what: 'missed', detail });
  const events = items.map((entry) => printEvent(recordedOf(entry, device.id, began)));
  return `${printHeader(headerOf(device, first?.time ?? now))}${gap}${events.join('')}`;
}

function asText(reply: FastifyReply): FastifyReply {
  return reply
    .type('text/plain; charset=utf-8')
    .header('vary', 'accept')
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff');
}

type Served = 'application/json' | 'text/plain' | 'text/event-stream';

function typeFor({ raw }: FastifyRequest, follows: boolean): Served {
  const served: readonly Served[] = follows ? ['text/plain', 'text/event-stream'] : ['application/json', 'text/plain'];
  const negotiated = new Negotiator(raw).mediaType([...served]);
  const type = served.find((each) => each === negotiated);
  if (type !== undefined) return type;
  throw new BellcrankError('not-acceptable', `this is served as ${served.join(' or ')}; accept one of them`);
}

function checkTogether({ follow, ...others }: Static<typeof TraceQuery>): void {
  if (follow !== 'true') return;
  const errors: InputError[] = Object.keys(others).map((key) => ({
    pointer: `/${key}`,
    detail: 'is for what has passed already; leave it out with `follow`',
  }));
  const [first] = errors;
  if (first === undefined) return;
  throw new BellcrankError('invalid-request', `querystring ${first.pointer} ${first.detail}`, { errors });
}

function tooMany(): BellcrankError {
  const text = `${maxFollowers} recordings are under way, as many as there may be; end one, or ask without follow`;
  return new BellcrankError('rate-limited', text, { retryAfterMs: 10_000 });
}
