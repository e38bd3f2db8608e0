import type { Ask, Dialogue, Message } from './messages.ts';
import { lastWord } from './messages.ts';

const answering = /^(?:result|reply|response|ack|answer)$/i;

/**
 * Topics on which a device answers, and tells no state: heard only after something was sent, and either called so, or with
 * other members after messages to other topics.
 */
export function answerTopics(
  { greeting, asks }: Dialogue,
  byTopic: ReadonlyMap<string, readonly Message[]>,
): Set<string> {
  const unasked = new Set(greeting.map(({ topic }) => topic));
  const found = new Set<string>();
  for (const [topic, messages] of byTopic) {
    if (unasked.has(topic) || messages.some(({ retained }) => retained)) continue;
    if (answering.test(lastWord(topic)) || dependsOnQuestion(topic, asks)) found.add(topic);
  }
  return found;
}

function dependsOnQuestion(topic: string, asks: readonly Ask[]): boolean {
  const shapes = new Map<string, Set<string>>();
  for (const { sent, heard } of asks) {
    for (const message of heard) {
      if (message.topic !== topic) continue;
      const known = shapes.get(sent.topic) ?? new Set<string>();
      shapes.set(sent.topic, known.add(shapeOf(message)));
    }
  }
  const all = [...shapes.values()];
  return all.every(({ size }) => size === 1) && new Set(all.flatMap((each) => [...each])).size > 1;
}

function shapeOf({ leaves }: Message): string {
  return leaves === undefined ? 'text' : leaves.map(({ pointer }) => pointer).join('\n');
}
