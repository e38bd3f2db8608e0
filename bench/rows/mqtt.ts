import { type Loaded, measureTurns, turnsTable } from '../against-floors.ts';
import { commandBodyText, commandPath, commandResultText, deviceName, mostDevices } from '../command-by-hand.ts';
import { startNodeRed } from '../command-contenders.ts';
import { setting } from '../command-schema.ts';
import type { FleetTasks } from '../fleet.ts';
import type { MqttByHandTasks } from '../floors/mqtt-by-hand.ts';
import type { LoadTasks } from '../load.ts';
import type { MqttDeviceTasks } from '../mqtt-device.ts';
import { type Service, serviceCore, startHelper, startService } from '../processes.ts';
import type { Settings } from '../settings.ts';
import { startPeer, type Subject } from '../subject.ts';
import type { Result } from '../table.ts';

/** A command over MQTT, its answer found by its id, against a bridge that is written by hand, mqtt.js alone and a peer. */
export async function mqtt(settings: Settings): Promise<Result> {
  const load = startHelper<LoadTasks>('load.ts');
  const broker = startHelper<FleetTasks>('fleet.ts');
  const device = startHelper<MqttDeviceTasks>('mqtt-device.ts');
  const byHand = startHelper<MqttByHandTasks>('floors/mqtt-by-hand.ts', serviceCore);
  const alone = startHelper<MqttByHandTasks>('floors/mqtt-by-hand.ts', serviceCore);
  let service: Service | undefined;
  let peer: Subject | undefined;
  try {
    const port = await broker.ask('start', null);
    await device.ask('answer', { port });
    service = await startService(onBroker(port));
    await alone.ask('openAlone', { port });
    peer = await startPeer('Node-RED', () => startNodeRed({ flow: 'mqtt', port }));
    const closed = (url: string): Loaded['load'] => {
      return (connections, ms) => {
        const paths = Array.from({ length: connections }, (_, index) => commandPath(deviceName(index)));
        const targets = paths.map((path) => ({ path, body: commandBodyText }));
        return load.ask('closed', { url, targets, says: commandResultText, warmMs: 0, ms });
      };
    };
    const turns = await measureTurns(
      {
        bellcrank: { load: closed(service.url) },
        'by hand': { load: closed(await byHand.ask('listen', { port })) },
        'wire alone': { load: (count, ms) => alone.ask('exchange', { count, ms }) },
        'Node-RED': peer && { load: closed(peer.url) },
      },
      settings,
    );
    const what = 'POST of a typed command to a device behind Mosquitto, one device a connection; journal on';
    return { name: 'mqtt', what, table: turnsTable(turns), rounds: turns };
  } finally {
    await Promise.all([service?.end(), peer?.end()]);
    await broker.ask('stop', null);
    await Promise.all([load.end(), broker.end(), device.end(), byHand.end(), alone.end()]);
  }
}

function onBroker(port: number): { connections: object; devices: object } {
  const { properties, required } = setting;
  const fields = { properties, required };
  const set = { summary: 'Set', effect: 'idempotent', params: fields, result: { type: 'object', ...fields } };
  const names = Array.from({ length: mostDevices }, (_, index) => deviceName(index));
  const options = (device: string): object => ({
    device,
    model: 'Output',
    correlation: 'properties',
    request: 'bench/{device}/{method}/request',
    methods: { set },
  });
  return {
    connections: { broker: { mqtt: { url: `mqtt://127.0.0.1:${port}`, protocolVersion: 5 }, simulated: true } },
    devices: Object.fromEntries(
      names.map((name) => [name, { driver: 'mqtt-rpc', connection: 'broker', options: options(name) }]),
    ),
  };
}
