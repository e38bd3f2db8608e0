import { type Announced, describe, sparkplugModel } from '../../drivers/sparkplug-b/model.ts';
import { attachedBy, entry, type SimulatedPart, type StateEntries, yesOrNo } from '../state.ts';
import type { EdgeBehaviour, MetricValue } from './model.ts';
import type { EdgeOptions } from './options.ts';

/** Its metrics, under the names that clients know. Whoever sets one stands at the machine, or is the machine itself. */
function metrics(edge: EdgeBehaviour, device: string | undefined): StateEntries {
  const kind = device === undefined ? 'node' : 'device';
  const announced: readonly Announced[] = edge.metrics(device);
  const { model, byProperty } = describe(announced, { kind, hasStop: false, rebirth: false });
  const entries = Object.entries(model.properties).flatMap(([name, { schema }]) => {
    const metric = byProperty.get(name)?.metric;
    if (metric === undefined) return [];
    const get = () => edge.value(device, metric);
    return [[name, { schema, get, set: (value: MetricValue) => edge.set(device, metric, value) }] as const];
  });
  return Object.fromEntries(entries);
}

function devicePart(edge: EdgeBehaviour, { group, node }: EdgeOptions, device: string): SimulatedPart {
  return {
    name: device,
    is: attachedBy(sparkplugModel.name, { group, node, device }),
    state: {
      ...metrics(edge, device),
      plugged: entry(
        yesOrNo('Plugged in at its edge node'),
        () => edge.isPresent(device),
        (plugged) => edge.plug(device, plugged),
      ),
      deaf: entry(
        yesOrNo('Takes commands and ignores them'),
        () => edge.deaf,
        (deaf) => (edge.deaf = deaf),
      ),
    },
  };
}

/** What can be seen of the edge node and its devices, and done to them by hand. */
export function edgeParts(edge: EdgeBehaviour, settings: EdgeOptions): readonly SimulatedPart[] {
  const { group, node } = settings;
  const itself: SimulatedPart = {
    name: 'node',
    is: attachedBy(sparkplugModel.name, { group, node, device: undefined }),
    state: {
      ...metrics(edge, undefined),
      online: entry(
        yesOrNo('On its network'),
        () => edge.online,
        (online) => (online ? edge.comeOnline() : edge.goOffline()),
      ),
    },
    buttons: { reboot: () => edge.reboot() },
  };
  return [itself, ...[...edge.devices.keys()].map((device) => devicePart(edge, settings, device))];
}
