import { shippedTopicMaps } from '../../drivers/index.ts';
import type { Subject } from '../conformance/topic-map.ts';
import { topicMapOf, topicMapTexts } from './topic-map-texts.ts';

/** Instances that are nobody else's on a broker that is shared. */
export const topicMapSubjects: readonly Subject[] = [
  { source: topicMapOf(topicMapTexts.lamp), options: (topic) => ({ topic }) },
  { source: topicMapOf(topicMapTexts.relays), options: (one) => ({ base: `house/${one}` }) },
];

/** Answers by correlation data, which MQTT 3.1.1 does not carry. */
export const topicMapSubjectsOf5: readonly Subject[] = [
  { source: topicMapOf(topicMapTexts.meter), options: (serial) => ({ serial }) },
];

const instances: Readonly<Record<string, Subject['options']>> = {
  openevse: (base) => ({ base, unit: hexOf(base) }),
  opendtu: (base) => ({ base, serial: '114190641177' }),
  wled: (one) => ({ topic: `wled/${one}` }),
};

/** Four digits that another test hardly has. */
function hexOf(text: string): string {
  const number = Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 0x10000, 7);
  return number.toString(16).padStart(4, '0');
}

export const shippedTopicMapSubjects: readonly Subject[] = shippedTopicMaps.map(({ name, source }) => ({
  source: source(),
  options: instances[name] ?? ((topic) => ({ topic })),
}));
