import type { Device } from '../../device/device.ts';
import type { Registry as Devices } from '../../device/registry.ts';
import type { Tally } from '../../device/tallies.ts';
import { type Census, takeCensus } from './census.ts';
import { counter, gauge, type Families } from './family.ts';
import { FewNames, maxConnections, maxDrivers } from './few.ts';
import { Sums } from './sums.ts';

const about = ['driver', 'simulated'] as const;
const line = ['connection', 'simulated'] as const;

/** Devices, their lanes and their connections, as they stand when somebody asks. */
export class DeviceMetrics {
  readonly #devices: Devices;
  readonly #drivers = new FewNames(maxDrivers);
  readonly #connections = new FewNames(maxConnections);
  #census: Census;

  constructor(families: Families, devices: Devices) {
    this.#devices = devices;
    this.#census = this.#look();
    this.#addDevices(families);
    this.#addTallies(families);
    this.#addLanes(families);
    this.#addConnections(families);
  }

  /** To be called before each scrape. */
  look(): void {
    this.#census = this.#look();
  }

  #look(): Census {
    // Connections have their labels before devices do: those of the first ones by name are the same at each scrape.
    for (const { name } of this.#devices.connections) this.#connections.label(name);
    return takeCensus(this.#devices.devices, {
      driver: (name) => this.#drivers.label(name),
      connection: (device) => this.#connectionOf(device),
    });
  }

  /** Drivers without a connection have a link of their own each, which has no name. */
  #connectionOf({ wire }: Device): string {
    return wire.opener.shape === 'none' ? '' : this.#connections.label(wire.name);
  }

  #addDevices(families: Families): void {
    gauge(families, {
      name: 'devices',
      help: 'Devices, by their state.',
      labels: ['state', ...about],
      read: () => this.#census.states,
    });
    gauge(families, {
      name: 'devices_stopped',
      help: 'Devices that were stopped and have not been released.',
      labels: about,
      read: () => this.#census.latched,
    });
  }

  #addTallies(families: Families): void {
    const counts = [
      ['polls_total', 'polls', 'Polls of properties; several properties that are read together are one.'],
      ['poll_failures_total', 'failedPolls', 'Polls that came to nothing.'],
      [
        'unmatched_replies_total',
        'unmatched',
        'Replies, lines and messages that belonged to nothing, late ones included.',
      ],
      ['checksum_errors_total', 'checksumErrors', 'Replies, lines and frames whose checksums are wrong.'],
    ] as const;
    for (const [name, key, help] of counts) {
      counter(families, { name, help, labels: about, read: () => this.#tallied((tally) => tally[key]) });
    }
  }

  #addLanes(families: Families): void {
    gauge(families, {
      name: 'lane_waiting',
      help: 'What waits for its turn on a connection: commands, reads and polls, in all lanes on it.',
      labels: line,
      read: () => this.#census.waiting,
    });
    gauge(families, {
      name: 'lane_oldest_wait_seconds',
      help: 'How long the one has waited that has waited longest on a connection.',
      labels: line,
      read: () => this.#census.oldestSeconds,
    });
  }

  #addConnections(families: Families): void {
    const links = () => this.#devices.connections;
    const by = (value: (link: ReturnType<typeof links>[number]) => number): Sums => {
      const sums = new Sums();
      for (const link of links()) {
        const connection = this.#connections.label(link.name);
        sums.add({ connection, simulated: String(link.opener.simulated) }, value(link));
      }
      return sums;
    };
    const add = (kind: typeof gauge, name: string, help: string, value: Parameters<typeof by>[0]): void =>
      kind(families, { name, help, labels: line, read: () => by(value) });
    add(gauge, 'connections_open', 'Whether a connection is open: 1 or 0.', ({ isOpen }) => Number(isOpen));
    const again = ({ counts }: { counts: { opened: number } }): number => Math.max(0, counts.opened - 1);
    add(counter, 'reconnects_total', 'Connections that opened again after the first time.', again);
    add(
      counter,
      'connection_losses_total',
      'Connections that were lost while they were in use.',
      (its) => its.counts.lost,
    );
    add(
      counter,
      'connection_open_failures_total',
      'Attempts to open a connection that failed.',
      (its) => its.counts.failed,
    );
    add(
      counter,
      'sent_bytes_total',
      'Bytes that were sent; of messages their payloads.',
      (its) => its.trace.passed.sent,
    );
    add(
      counter,
      'received_bytes_total',
      'Bytes that were heard; of messages their payloads.',
      (its) => its.trace.passed.heard,
    );
  }

  #tallied(value: (tally: Tally) => number): Sums {
    const sums = new Sums();
    for (const tally of this.#devices.tallies.all) {
      sums.add({ driver: this.#drivers.label(tally.driver), simulated: String(tally.simulated) }, value(tally));
    }
    return sums;
  }
}
