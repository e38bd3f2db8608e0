import { type Kind, meaningOf, type Scalar, valueIn } from './kinds.ts';
import { hears, sentValue, type Sent, toldIn } from './links.ts';
import { type Ask, scalarAt } from './messages.ts';
import { answerTo, replyEntry, replyOn } from './replies.ts';
import type { Entry, Group, Making } from './shared.ts';
import type { Spot } from './spot.ts';
import { alsoTold, exampleOf, payloadWith } from './sending.ts';
import { manual } from '../summary.ts';
import type { State } from './states.ts';

/** A state that is set by a message with its value alone. */
export function addWrite(making: Making, group: Group, sent: Sent, state: State): void {
  const property = making.properties.get(state.name);
  if (property === undefined) return;
  const { asks } = group;
  const values = { value: sent };
  const kinds = { value: state.kind };
  const topic = answerTo(group, making);
  const reply =
    topic === undefined
      ? undefined
      : replyOn(topic, group, making, (spot) => (showsValue(spot, sent, asks) ? 'value' : undefined));
  const word = wordsSent(sent, asks, state.kind);
  property['write'] = {
    send: {
      topic: making.topics.write(group.topic),
      ...payloadWith(asks[0], values, kinds),
      ...(word !== undefined && { fields: { value: word } }),
    },
    reply: reply === undefined ? 'state' : replyEntry(reply, making, ['value']),
  };
  alsoTold(making, `write:${state.name}`, group, [state.topic, ...(topic === undefined ? [] : [topic])]);
  const shown = asks.find((ask) => reply !== undefined || hears(ask, state.topic));
  const value = shown && sentValue(sent, shown, state);
  if (shown === undefined || value === undefined) return;
  const example = exampleOf(shown, [reply?.topic ?? state.topic]);
  if (example !== undefined) making.examples.push({ ...example, write: { [state.name]: value }, manual });
}

/** Whether a place of the answer repeats what was sent. */
export function showsValue(
  spot: { pointer: string | undefined; kind: Kind },
  sent: Sent,
  asks: readonly Ask[],
): boolean {
  const word = spot.pointer?.slice(spot.pointer.lastIndexOf('/') + 1).toLowerCase();
  if (word !== undefined && word !== sent.word.toLowerCase()) return false;
  return asks.every((ask) => {
    const wire = scalarAt(ask.sent, sent.pointer);
    const value = wire === undefined ? undefined : valueIn(spot.kind, wire, true);
    const told = ask.heard.flatMap((message) => scalarAt(message, spot.pointer) ?? []);
    return value !== undefined && told.some((one) => valueIn(spot.kind, one) === value);
  });
}

/** The words that were sent, where they are others than those that are told. */
function wordsSent(sent: Sent, asks: readonly Ask[], kind: Kind): Entry | undefined {
  const { values } = meaningOf(kind);
  if (values === undefined) return undefined;
  const said: Record<string, Scalar> = { ...values };
  for (const ask of asks) {
    const wire = scalarAt(ask.sent, sent.pointer);
    const value = sentValue(sent, ask, { kind });
    if (wire !== undefined && value !== undefined) said[String(value)] = wire;
  }
  const isSame = said['true'] === values['true'] && said['false'] === values['false'];
  return isSame ? undefined : { values: said };
}

/** A state that is told when an empty message asks for it; false if what answers tells something else. */
export function addRead(making: Making, group: Group, state: State): boolean {
  const property = making.properties.get(state.name);
  if (property === undefined) return false;
  const topic = answerTo(group, making);
  const reply =
    topic === undefined
      ? undefined
      : replyOn(topic, group, making, (spot, asks) => (repeats(spot, state, topic, asks) ? 'value' : undefined));
  const isAll = reply === undefined || (reply.fields.length === 1 && reply.fields[0]?.name === 'value');
  if (!isAll) return false;
  property['read'] = {
    send: { topic: making.topics.write(group.topic) },
    reply: reply === undefined ? 'state' : replyEntry(reply, making, ['value']),
  };
  alsoTold(making, `read:${state.name}`, group, topic === undefined ? [state.topic] : [topic]);
  const [ask] = group.asks;
  const value = toldIn(ask, state);
  const example = exampleOf(ask, [topic ?? state.topic]);
  if (example !== undefined && value !== undefined)
    making.examples.push({ ...example, read: { [state.name]: value }, manual });
  return true;
}

/** Whether a place of the answer tells the state each time. */
function repeats(
  { pointer, kind }: Pick<Spot, 'pointer' | 'kind'>,
  state: State,
  topic: string,
  asks: readonly Ask[],
): boolean {
  if (kind.type !== state.kind.type) return false;
  return asks.every((ask) => toldIn(ask, { ...state, topic, pointer }) === toldIn(ask, state));
}
