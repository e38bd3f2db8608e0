import { describe } from 'vitest';
import { shippedTopicMapSubjects, topicMapSubjects, topicMapSubjectsOf5 } from '../support/topic-map-subjects.ts';
import { linkOver } from '../wire/broker-link.ts';
import { brokers } from '../wire/brokers.ts';
import { overMessages, topicMapConformance } from './topic-map.ts';

for (const { name, skip, start, protocolVersion } of brokers) {
  describe.skipIf(skip)(name, () => {
    const open = overMessages(linkOver({ start, protocolVersion }));
    const subjects = [
      ...topicMapSubjects,
      ...(protocolVersion === 5 ? topicMapSubjectsOf5 : []),
      ...shippedTopicMapSubjects,
    ];
    for (const subject of subjects) topicMapConformance(name, open, subject);
  });
}
