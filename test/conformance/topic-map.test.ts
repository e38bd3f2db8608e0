import { hubFarClient } from '../../simulators/wire/far-client.ts';
import { MemoryHub } from '../../src/transport/memory.ts';
import { shippedTopicMapSubjects, topicMapSubjects, topicMapSubjectsOf5 } from '../support/topic-map-subjects.ts';
import { overMessages, topicMapConformance, withoutWire } from './topic-map.ts';

for (const subject of [...topicMapSubjects, ...topicMapSubjectsOf5, ...shippedTopicMapSubjects]) {
  topicMapConformance('nothing', withoutWire, subject);
  topicMapConformance(
    'the memory hub',
    overMessages(async (will) => {
      const hub = new MemoryHub();
      const near = hub.connect();
      const far = hubFarClient(hub, will);
      return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
    }),
    subject,
  );
}
