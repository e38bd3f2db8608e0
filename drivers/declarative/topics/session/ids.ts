import type { Message } from '../../../../src/driver/index.ts';
import type { Template } from '../../template/index.ts';
import { arrivedOf, type Arrived } from '../message/hear.ts';
import { resolvePointer } from '../message/pointer.ts';
import { scanText } from '../message/text.ts';
import { scanTopic } from '../message/topic.ts';
import type { Known } from '../message/wire.ts';
import type { Exchange, Hearing, TopicMap } from '../topic-map.ts';

/** All exchanges of a map, each with what `each` fixed for it. */
export function allExchanges(map: TopicMap): { readonly exchange: Exchange; readonly constants: Known }[] {
  const actions = [
    ...Object.values(map.commands),
    ...Object.values(map.properties).flatMap(({ read, write }) => [read ?? [], write ?? []].flat()),
    ...(map.stop ? [map.stop] : []),
  ];
  return [
    ...actions.flatMap(({ exchanges, constants }) => exchanges.map((exchange) => ({ exchange, constants }))),
    ...[...map.init, ...map.resync].map((exchange) => ({ exchange, constants: {} })),
  ];
}

/** Whether a fresh id goes with the question and comes back with its answer. */
export function carriesId(exchange: Exchange): boolean {
  const { reply, isCorrelated } = exchange;
  if (reply?.kind !== 'message') return false;
  return isCorrelated || hasId(reply.hearing.topic) || tellsId(reply.hearing.reading);
}

/** Whether a refusal by this rule can tell whose it is, where answers are found by their ids. */
export function isFoundById({ reply }: Exchange, { hearing }: Exchange['errors'][number]): boolean {
  if (reply?.kind !== 'message') return false;
  const { topic, reading } = reply.hearing;
  // It may have the id in the same place, named or not.
  const isLikeReply = hearing.reading.kind === 'json' && reading.kind === 'json' && tellsId(reading);
  return hasId(hearing.topic ?? topic) || tellsId(hearing.reading) || isLikeReply;
}

function hearingsOf({ reply, errors }: Exchange): (ErrorHearing | Hearing)[] {
  return [...(reply?.kind === 'message' ? [reply.hearing] : []), ...errors.map(({ hearing }) => hearing)];
}

type ErrorHearing = Exchange['errors'][number]['hearing'];

function hasId(template: Template | undefined): boolean {
  return template?.parts.some((part) => part.kind === 'field' && part.name === 'id') ?? false;
}

function tellsId(reading: Hearing['reading']): boolean {
  if (reading.kind === 'json') return Object.hasOwn(reading.places, 'id');
  return reading.kind === 'text' && hasId(reading.template);
}

/** The id that an answer of this exchange carries; undefined for a message without one. */
export function idOf({ isCorrelated, ...rest }: Exchange, known: Known, message: Message): string | undefined {
  if (isCorrelated) return message.correlationData && Buffer.from(message.correlationData).toString('latin1');
  const arrived = arrivedOf(message);
  for (const hearing of hearingsOf({ isCorrelated, ...rest })) {
    const id = idIn(hearing, known, arrived);
    if (typeof id === 'string' || typeof id === 'number') return String(id);
  }
  return undefined;
}

function idIn(hearing: ErrorHearing | Hearing, known: Known, message: Arrived): unknown {
  const { topic, reading, fields } = hearing;
  if (topic !== undefined && hasId(topic)) return scanTopic(topic, message.topic, known)?.['id'];
  const place = reading.kind === 'json' && Object.hasOwn(reading.places, 'id') ? reading.places['id'] : undefined;
  if (place !== undefined) return message.json && scalarOf(resolvePointer(message.json.value, place.pointer)?.value);
  if (reading.kind !== 'text' || !hasId(reading.template) || message.text === undefined) return undefined;
  return scanText(reading.template, message.text, known, fields)?.['id'];
}

function scalarOf(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
