import { BellcrankError } from '../errors.ts';
import type { Caller } from '../access/caller.ts';
import type { Action } from '../access/scope.ts';
import { noSuchAlarm } from '../alarms/alarms.ts';
import { onSome } from './access/declared.ts';
import { demand, readable, refOf } from './access/seen.ts';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Alarm, AlarmState } from '../alarms/alarm.ts';
import type { Severity } from '../alarms/rule.ts';
import { alarmDetailView, alarmView } from './alarm-views.ts';
import { type App, closed, cursor, defaultPage, NoQuery, paging, type Services } from './routes.ts';

const uuidPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

const ListQuery = closed({
  ...paging,
  ...cursor(uuidPattern),
  state: Type.Optional(Type.Unsafe<AlarmState>({ type: 'string', enum: ['active', 'acknowledged', 'cleared'] })),
  open: Type.Optional(
    Type.Unsafe<'true' | 'false'>({
      type: 'string',
      enum: ['true', 'false'],
      description: 'Whether somebody still has to see it: it holds, or nobody has acknowledged it.',
    }),
  ),
  device: Type.Optional(Type.String({ maxLength: 100 })),
  alarm: Type.Optional(Type.String({ maxLength: 100, description: 'The name of a rule.' })),
  severity: Type.Optional(Type.Unsafe<Severity>({ type: 'string', enum: ['warning', 'critical'] })),
});

const AcknowledgeBody = closed({
  by: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100, // No character that turns a line around.
      pattern: '^[^\\p{C}\\p{Zl}\\p{Zp}]+$',
      description: 'Who has seen it.',
    }),
  ),
});

const AlarmPath = Type.Object({ id: Type.String({ maxLength: 100, description: 'An alarm’s id.' }) });

const tags = ['alarms'];

/** Limits that were passed. */
export function alarmRoutes(app: App, { alarms, registry }: Services): void {
  /** Whoever may not read a device has never heard of its alarms. */
  const find = (caller: Caller, action: Action, id: string): Alarm => {
    const alarm = alarms.get(id);
    demand(caller, { action, device: refOf(registry, alarm.device) }, noSuchAlarm);
    return alarm;
  };
  app.get(
    '/v1/alarms',
    {
      config: onSome('read'),
      schema: { tags, summary: 'Alarms, newest first', operationId: 'listAlarms', querystring: ListQuery },
    },
    ({ query, caller }) => {
      const { limit, cursor: before, open, ...filters } = query;
      const page = alarms.list({
        ...filters,
        about: readable(caller, registry),
        ...(open === undefined ? {} : { open: open === 'true' }),
        ...(before === undefined ? {} : { before }),
        limit: Number(limit ?? defaultPage),
      });
      return { items: page.items.map(alarmView), ...(page.next === undefined ? {} : { next: page.next }) };
    },
  );
  app.get(
    '/v1/alarms/:id',
    {
      config: onSome('read'),
      schema: { tags, summary: 'One alarm', operationId: 'getAlarm', params: AlarmPath, querystring: NoQuery },
    },
    ({ params, caller }, reply) => flagged(find(caller, 'read', params.id), reply),
  );
  app.post(
    '/v1/alarms/:id/acknowledge',
    {
      config: onSome('command'),
      schema: {
        tags,
        summary: 'Say that somebody has seen it',
        operationId: 'acknowledgeAlarm',
        params: AlarmPath,
        querystring: NoQuery,
        body: AcknowledgeBody,
      },
      // Nothing to say is said by no body as well.
      preValidation: (request, _reply, done) => {
        if (request.body === undefined) request.body = {};
        done();
      },
    },
    async ({ params, body, caller }, reply) => {
      const { id } = find(caller, 'command', params.id);
      return flagged(await alarms.acknowledge(id, whoHasSeen(caller, body.by)), reply);
    },
  );
}

/** How names begin that are proven. */
const given = /^(key|oidc|cert|mqtt):/;

/** A name that somebody gives stands beside the one that is known, where there is one. */
function whoHasSeen({ name }: Caller, by: string | undefined): string {
  if (by === undefined) return name;
  if (given.test(by)) {
    const detail = 'is a name that only the service gives; say another one';
    throw new BellcrankError('invalid-request', `/by ${detail}`, { errors: [{ pointer: '/by', detail }] });
  }
  return name === 'anonymous' ? by : `${by} (${name})`;
}

function flagged(alarm: Alarm, reply: FastifyReply): object {
  if (alarm.simulated) void reply.header('bellcrank-simulated', 'true');
  return alarmDetailView(alarm);
}
