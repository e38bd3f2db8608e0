import { type Static, Type } from '@sinclair/typebox';
import { BellcrankError, type InputError } from '../errors.ts';
import { isOfCalendar } from './instant.ts';
import { closed, defaultPage, paging } from './routes.ts';

const defaultSpanMs = 3_600_000;

const instant = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description }));

export const HistoryQuery = closed({
  from: instant('RFC 3339, inclusive; an hour before `to` by default. Write a `+` as `%2B`.'),
  to: instant('RFC 3339, exclusive; now by default.'),
  points: Type.Optional(
    Type.String({
      pattern: '^([1-9][0-9]{0,2}|1[0-9]{3}|2000)$',
      description: 'Buckets in place of values: how many at most, a whole number, 1 to 2000.',
    }),
  ),
  limit: paging.limit,
  cursor: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,15}\\.[0-9]{1,9}$',
      description: 'The `next` of the page before.',
    }),
  ),
});

/** What a client asks for, checked. */
export interface HistoryRequest {
  /** Ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly points: number | undefined;
  readonly limit: number;
  readonly after: string | undefined;
}

/** What a schema cannot say: that times exist, are in order, and that buckets have no pages. */
export function historyRequest(query: Static<typeof HistoryQuery>, now: number): HistoryRequest {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - defaultSpanMs : Date.parse(query.from);
  const errors = [
    ...(isOfCalendar(from) || (query.from === undefined && !isOfCalendar(to)) ? [] : [missing('/from')]),
    ...(isOfCalendar(to) ? [] : [missing('/to')]),
    ...(from >= to ? [{ pointer: '/from', detail: 'must be before `to`, which is now by default' }] : []),
    ...(['limit', 'cursor'] as const)
      .filter((key) => query.points !== undefined && query[key] !== undefined)
      .map((key) => ({ pointer: `/${key}`, detail: 'is for values; leave it out with `points`' })),
  ];
  if (errors.length > 0) throw invalid(errors);
  return {
    from,
    to,
    points: query.points === undefined ? undefined : Number(query.points),
    limit: Number(query.limit ?? defaultPage),
    after: query.cursor,
  };
}

/** A leap second fits the format, and is no time that can be reckoned with. */
function missing(pointer: string): InputError {
  return {
    pointer,
    detail: 'is not a time that exists here; write it like 2026-01-31T12:00:00Z, without a leap second',
  };
}

function invalid(errors: readonly InputError[]): BellcrankError {
  const [first] = errors;
  return new BellcrankError('invalid-request', `querystring ${first?.pointer} ${first?.detail}`, { errors });
}
