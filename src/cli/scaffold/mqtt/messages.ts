import { payloadJson, payloadText } from '../../../driver/index.ts';
import type { Payload, Turns } from '../../../recording/index.ts';
import { type Notes, shown } from '../notes.ts';
import type { Scalar } from './kinds.ts';
import { type Leaf, leavesOf } from './leaves.ts';

/** A message as a draft sees it. */
export interface Message {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
  /** Of JSON with members; undefined for a text. */
  readonly leaves?: readonly Leaf[];
}

/** What was published, and what was heard until the next was. */
export interface Ask {
  readonly sent: Message;
  readonly heard: readonly Message[];
  /** Its place among all of them. */
  readonly index: number;
}

export interface Dialogue {
  readonly greeting: readonly Message[];
  readonly asks: readonly Ask[];
}

/** More than a device has; who recorded a whole broker is told so. */
const maxTopics = 200;
const maxOfTopic = 1000;
const longestTopic = 200;
const longestPayload = 4000;

/** What was said, without what no definition can have. */
export function dialogueOf({ greeting, turns }: Turns, notes: Notes): Dialogue {
  const topics = new Map<string, number>();
  const messages = (payloads: readonly Payload[]): Message[] =>
    payloads.flatMap((payload) => messageOf(payload, topics, notes) ?? []);
  const unasked = messages(greeting.map(({ payload }) => payload));
  const asks = turns.flatMap(({ sent, said }, index): Ask[] => {
    const [message] = messages([sent]);
    const heard = messages(said.map(({ payload }) => payload));
    if (message !== undefined) return [{ sent: message, heard, index }];
    // Whatever asked for it is not in the draft.
    for (const one of heard) unasked.push(one);
    return [];
  });
  return { greeting: unasked, asks };
}

function messageOf(payload: Payload, topics: Map<string, number>, notes: Notes): Message | undefined {
  if (payload instanceof Uint8Array) return undefined;
  const { topic, retained } = payload;
  const left = (why: string): undefined => {
    notes.add(`- Left out: ${shown(topic)}, ${why}.`);
    return undefined;
  };
  if (!isUsable(topic)) return left('which is no topic of a device');
  if (!topics.has(topic) && topics.size === maxTopics) {
    notes.add(`- There were more than ${maxTopics} topics: the others are left out. Record one device alone.`);
    return undefined;
  }
  const count = topics.get(topic) ?? 0;
  topics.set(topic, count + 1);
  if (count >= maxOfTopic) return left(`after its first ${maxOfTopic} messages`);
  const text = payloadText(payload.payload);
  if (text === undefined || text.length > longestPayload || /\0/.test(text)) return left('whose payload is no text');
  const json = payloadJson(payload.payload);
  const isDocument = typeof json?.value === 'object' && json.value !== null;
  return { topic, text, retained, ...(isDocument && { leaves: leavesOf(json.value) }) };
}

// oxlint-disable-next-line no-control-regex -- They are what no topic of a device has.
const unusable = /[\u0000-\u001f\u007f-\u009f+#]/;

function isUsable(topic: string): boolean {
  return topic !== '' && topic.length <= longestTopic && !topic.startsWith('$') && !unusable.test(topic);
}

/** What a message says at a place, or, without one, as a whole. */
export function scalarAt({ text, leaves }: Message, pointer: string | undefined): Scalar | undefined {
  if (pointer === undefined) return text;
  return leaves?.find((leaf) => leaf.pointer === pointer)?.value;
}

export function lastWord(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1);
}
