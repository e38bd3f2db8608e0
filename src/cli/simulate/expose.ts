import { readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Broker, startBroker } from '../../../simulators/wire/broker.ts';
import { runSimulator } from '../../../simulators/wire/run.ts';
import type { RunSettings } from '../../../simulators/wire/run-settings.ts';
import type { WatchWire } from '../../../simulators/wire/watch.ts';
import type { WireSimulatorKind } from '../../../simulators/simulator.ts';
import type { Clock } from '../../clock.ts';
import { BellcrankError } from '../../errors.ts';
import { labelOf } from '../../transport/mqtt-settings.ts';
import type { Running } from './running.ts';

/** Where a simulator is to be reached; the first of them that is there. */
export interface Wanted {
  /** Path of a link to a pseudo-terminal. */
  readonly pty?: string;
  /** TCP port on loopback; 0 takes any free one. */
  readonly tcp?: number;
  /** URL of a broker. */
  readonly mqtt?: string;
}

export interface ExposeSettings extends Pick<RunSettings, 'seed' | 'options' | 'watch'> {
  readonly wanted: Wanted;
  readonly shape: 'bytes' | 'messages';
  readonly clock: Clock;
  readonly watch?: WatchWire;
}

/** A wire that is not asked for has a name of its own in the current folder, or a broker of its own. */
export async function expose(kind: WireSimulatorKind, settings: ExposeSettings): Promise<Running> {
  const { wanted, shape, ...others } = settings;
  assertFits(kind.model, shape, wanted);
  if (shape === 'messages') return await onBroker(kind, wanted.mqtt, others);
  const { pty: link = `tty-${kind.model}`, tcp: port } = wanted;
  const run = port === undefined ? ({ via: 'pty', link: resolve(link) } as const) : ({ via: 'tcp', port } as const);
  const running = await reachable(kind, { ...others, ...run });
  const close = (): Promise<void> => running.close();
  return { name: kind.model, place: placeOf(running.settings), controls: [running.control], close };
}

function assertFits(model: string, shape: 'bytes' | 'messages', { pty, tcp, mqtt }: Wanted): void {
  const wrong = shape === 'bytes' ? mqtt !== undefined : pty !== undefined || tcp !== undefined;
  if (!wrong) return;
  const speaks = shape === 'bytes' ? 'a byte stream' : 'MQTT';
  const use = shape === 'bytes' ? '--pty PATH or --tcp PORT' : '--mqtt URL, or nothing for a broker of its own';
  throw new BellcrankError('invalid-request', `${model} speaks ${speaks}; use ${use}`);
}

async function onBroker(
  kind: WireSimulatorKind,
  url: string | undefined,
  settings: Omit<RunSettings, 'via' | 'brokerUrl'>,
): Promise<Running> {
  const own = url === undefined ? await startBroker() : undefined;
  try {
    const brokerUrl = url ?? own?.url ?? '';
    const running = await reachable(kind, { ...settings, via: 'mqtt', brokerUrl });
    const close = async (): Promise<void> => {
      await running.close();
      await own?.close();
    };
    return { name: kind.model, place: placeOf(running.settings, own), controls: [running.control], close };
  } catch (error) {
    await own?.close();
    throw error;
  }
}

async function reachable(kind: WireSimulatorKind, settings: RunSettings) {
  const running = await runSimulator(kind, settings);
  if (running.transport !== 'memory') return running;
  await running.close();
  throw new Error(`${kind.model} cannot be reached from outside this process`);
}

/** For people: the path, `host:port` or the URL without credentials. */
export function placeOf(settings: unknown, own?: Broker): string {
  // The settings of a transport are an object, whose keys say which one it is.
  const { path, host, port, url } = settings as Partial<Record<'path' | 'host' | 'port' | 'url', string | number>>;
  if (url !== undefined) return `${labelOf({ url: String(url) })}${own === undefined ? '' : ' (a broker of its own)'}`;
  if (host !== undefined) return `${host}:${port}`;
  return ptyPlace(String(path));
}

function ptyPlace(path: string): string {
  try {
    return `${path} (a link to ${readlinkSync(path)})`;
  } catch {
    return path;
  }
}
