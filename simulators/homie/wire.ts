import type { FarClient, WireFace } from '../simulator.ts';
import type { HomieDevice, HomieThermostat } from './model.ts';
import type { PropertyDefinition } from './nodes.ts';
import type { HomieSimulatorOptions } from './options.ts';

/** Face 2: the thermostat at the far end of a broker, by the Homie convention, version 5 or 4. */
export class HomieWire {
  readonly face: WireFace;
  readonly #thermostat: HomieThermostat;
  readonly #options: HomieSimulatorOptions;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;

  constructor(thermostat: HomieThermostat, options: HomieSimulatorOptions) {
    this.#thermostat = thermostat;
    this.#options = options;
    const will = { topic: `${this.#base(thermostat.device)}/$state`, payload: 'lost', retain: true };
    this.face = { shape: 'messages', will, serve: (client) => this.#serve(client) };
    this.#stopListening = thermostat.listen({
      state: (device) => this.#tell(device, '$state', device.state),
      described: (device) => this.#tellAll(device),
      value: (device, path, payload) => this.#tell(device, path, payload, device.property(path)?.retained !== false),
      target: (device, path, payload) => {
        if (options.version === 5) this.#tell(device, `${path}/$target`, payload);
      },
      alert: (device, id, text) => {
        if (options.version === 5) this.#tell(device, `$alert/${id}`, text);
      },
      removed: (device) => this.#remove(device),
    });
  }

  close(): void {
    this.#stopListening();
  }

  /** Attributes and values first, `ready` last. */
  #serve(client: FarClient): void {
    this.#client = client;
    for (const device of this.#thermostat.devices) {
      const { state } = device;
      this.#tell(device, '$state', 'init');
      this.#tellAll(device);
      const base = this.#base(device);
      client.subscribe(`${base}/+/+/set`, ({ topic, payload }) => {
        const path = topic.slice(base.length + 1, -'/set'.length);
        if (device.state === 'ready') this.#thermostat.set(device, path, Buffer.from(payload).toString());
      });
      this.#tell(device, '$state', state);
    }
  }

  #base(device: HomieDevice): string {
    const { domain, version } = this.#options;
    return version === 5 ? `${domain}/5/${device.id}` : `${domain}/${device.id}`;
  }

  /** QoS 0 is enough on one machine; the convention recommends more. */
  #tell(device: HomieDevice, path: string, payload: string, retain = true): void {
    this.#client?.publish(`${this.#base(device)}/${path}`, payload, { retain });
  }

  #tellAll(device: HomieDevice): void {
    if (this.#options.version === 5) this.#tell(device, '$description', JSON.stringify(this.#document(device)));
    else this.#tellAttributes(device);
    for (const [path, payload] of device.values) this.#tell(device, path, payload);
  }

  #document(device: HomieDevice): Readonly<Record<string, unknown>> {
    const children = this.#thermostat.devices.filter(({ root }) => root === device.id).map(({ id }) => id);
    const nodes = Object.entries(device.nodes).map(([id, node]) => {
      const properties = Object.entries(node.properties).map(([key, property]) => [key, announced(property)]);
      return [id, { ...node, properties: Object.fromEntries(properties) }];
    });
    return {
      homie: '5.0',
      version: device.version,
      name: `Simulated ${device.id}`,
      nodes: Object.fromEntries(nodes),
      children,
      ...(device.root !== undefined && { root: device.root, parent: device.root }),
      extensions: device.extensions,
    };
  }

  #tellAttributes(device: HomieDevice): void {
    this.#tell(device, '$homie', '4.0.0');
    this.#tell(device, '$name', `Simulated ${device.id}`);
    this.#tell(device, '$extensions', device.extensions.join(','));
    this.#tell(device, '$nodes', Object.keys(device.nodes).join(','));
    for (const [id, { name, type, properties }] of Object.entries(device.nodes)) {
      this.#tell(device, `${id}/$name`, name);
      this.#tell(device, `${id}/$type`, type ?? id);
      this.#tell(device, `${id}/$properties`, Object.keys(properties).join(','));
      for (const [key, property] of Object.entries(properties)) {
        for (const [attribute, value] of Object.entries(announced(property))) {
          this.#tell(device, `${id}/${key}/$${attribute}`, String(value));
        }
      }
    }
  }

  #remove(device: HomieDevice): void {
    this.#tell(device, '$state', '');
    this.#tell(device, this.#options.version === 5 ? '$description' : '$homie', '');
  }
}

/** What a description says of a property, and its value not. */
function announced({ value: _value, slow: _slow, ...rest }: PropertyDefinition): Readonly<Record<string, unknown>> {
  return rest;
}
