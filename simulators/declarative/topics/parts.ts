import type { TopicMapSource } from '../../../drivers/declarative/topics/topic-map.ts';
import { entry, type SimulatedPart, type StateEntries, yesOrNo } from '../../state.ts';
import { firstValue, isSchema } from '../first-value.ts';
import type { TopicDeviceBehaviour } from './behaviour.ts';

type Options = Readonly<Record<string, unknown>>;

/** Its properties, as the definition has them: whoever sets one is a hand or the weather, and the device tells it. */
function properties(device: TopicDeviceBehaviour): StateEntries {
  const all = Object.entries(device.instance.map.model.properties);
  const each = all.map(([name, { summary, schema }]) => {
    const titled = schema['title'] === undefined ? { ...schema, title: summary } : schema;
    const set = (value: unknown): void => device.set(name, value);
    return [name, { schema: titled, get: () => device.value(name), set }] as const;
  });
  return Object.fromEntries(each);
}

/** What happens by itself, with the first data that its schema takes. */
function happenings(device: TopicDeviceBehaviour): Readonly<Record<string, () => void>> {
  const all = Object.entries(device.instance.map.model.events);
  const each = all.map(([name, { data }]) => {
    const fields = isSchema(data['properties']) ? Object.entries(data['properties']) : [];
    const first = fields.map(([field, schema]) => [field, firstValue(isSchema(schema) ? schema : {})]);
    return [name, () => device.happen(name, Object.fromEntries(first))] as const;
  });
  return Object.fromEntries(each);
}

/** What can be seen of the device, and done to it. A device whose address is another one is not it. */
export function topicDevicePart(source: TopicMapSource, device: TopicDeviceBehaviour): SimulatedPart {
  const address = source.address(device.instance.options);
  return {
    name: 'main',
    is(driver, options) {
      const isRecord = typeof options === 'object' && options !== null;
      return driver === source.name && isRecord && source.address(options as Options) === address;
    },
    state: {
      // A property of that name is meant before the network is.
      online: entry(
        yesOrNo('On its network'),
        () => device.online,
        (online) => (online ? device.comeOnline() : device.goOffline()),
      ),
      ...properties(device),
    },
    buttons: happenings(device),
  };
}
