import { describe } from 'vitest';
import { brokerFarClient } from '../../simulators/wire/far-client.ts';
import { systemClock } from '../../src/clock.ts';
import { mqtt } from '../../src/transport/index.ts';
import { shippedTopicMapSubjects, topicMapSubjects, topicMapSubjectsOf5 } from '../support/topic-map-subjects.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, topicMapConformance } from './topic-map.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    const open = overMessages(async (will, spoken) => {
      const { signal } = new AbortController();
      const { url } = await start();
      const near = await mqtt.open({ url, protocolVersion }, { clock: systemClock, signal });
      if (near.shape !== 'messages') throw new Error('not a message connection');
      const far = await brokerFarClient(url, will, signal, spoken);
      return { near, far, close: async () => void (await Promise.all([near.close(), far.close()])) };
    });
    const subjects = [
      ...topicMapSubjects,
      ...(protocolVersion === 5 ? topicMapSubjectsOf5 : []),
      ...shippedTopicMapSubjects,
    ];
    for (const subject of subjects) topicMapConformance(name, open, subject);
  });
}
