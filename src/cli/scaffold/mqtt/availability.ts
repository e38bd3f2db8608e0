import { counterpart } from './kinds.ts';
import { lastWord, type Message, scalarAt } from './messages.ts';

/** The topic on which a device, or its last will, tells whether it is there. */
export interface Availability {
  readonly topic: string;
  readonly pointer?: string;
  readonly online: string;
  readonly offline: string;
}

const words = [
  ['online', 'offline'],
  ['connected', 'disconnected'],
] as const;
const telling = /^(?:lwt|availability|available|online|connected|will)$/i;
/** Words that mean this only on a topic that is called so. */
const onTelling = [...words, ['true', 'false'], ['on', 'off']] as const;

/** The first such topic; one that is called so goes first. */
export function availabilityIn(byTopic: ReadonlyMap<string, readonly Message[]>): Availability | undefined {
  const found = [...byTopic].flatMap(([topic, messages]) => availabilityOf(topic, messages) ?? []);
  return found.find(({ topic }) => telling.test(lastWord(topic))) ?? found[0];
}

function availabilityOf(topic: string, messages: readonly Message[]): Availability | undefined {
  const [first] = messages;
  const leaves = first?.leaves;
  const pointer = leaves?.length === 1 ? leaves[0]?.pointer : undefined;
  if (first === undefined || (leaves !== undefined && pointer === undefined)) return undefined;
  const said = messages.map((message) => scalarAt(message, pointer));
  const place = { topic, ...(pointer !== undefined && { pointer }) };
  const isCalledSo = telling.test(lastWord(topic));
  if (isCalledSo && said.every((word) => word === '1' || word === '0')) return { ...place, online: '1', offline: '0' };
  for (const [yes, no] of isCalledSo ? onTelling : words) {
    const [word] = said;
    const other = typeof word === 'string' ? counterpart(word, yes, no) : undefined;
    if (typeof word !== 'string' || other === undefined) continue;
    if (!said.every((one) => one === word || one === other)) continue;
    return word.toLowerCase() === yes
      ? { ...place, online: word, offline: other }
      : { ...place, online: other, offline: word };
  }
  return undefined;
}
