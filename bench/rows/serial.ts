import { type Loaded, measureTurns, type Turn, turnsTable } from '../against-floors.ts';
import { commandBodyText, commandPath, commandResultText, deviceName } from '../command-by-hand.ts';
import { startNodeRed } from '../command-contenders.ts';
import type { LoadTasks } from '../load.ts';
import { type Service, serviceCore, startHelper, startService } from '../processes.ts';
import type { SerialByHandTasks } from '../serial-by-hand.ts';
import type { SerialFarEndTasks } from '../serial-far-end.ts';
import type { Settings } from '../settings.ts';
import { startPeer, type Subject } from '../subject.ts';
import type { Result } from '../table.ts';

/** A command over a serial line, one at a time, against a bridge that is written by hand, the line alone and a peer. */
export async function serial(settings: Settings): Promise<Result> {
  return await onSerialLines(async (measured) => {
    const turns = await measured(settings);
    const what = 'POST of a typed command to a device behind a kernel PTY, all of them on its one line; journal on';
    return { name: 'serial', what, table: turnsTable(turns), rounds: turns };
  }, true);
}

/** For as long as it is used: lines, and who asks on them. */
export async function onSerialLines<T>(
  use: (measured: (settings: Settings) => Promise<Turn[]>) => Promise<T>,
  withPeer = false,
): Promise<T> {
  const load = startHelper<LoadTasks>('load.ts');
  const farEnds = startHelper<SerialFarEndTasks>('serial-far-end.ts');
  const byHand = startHelper<SerialByHandTasks>('serial-by-hand.ts', serviceCore);
  const alone = startHelper<SerialByHandTasks>('serial-by-hand.ts', serviceCore);
  let service: Service | undefined;
  let peer: Subject | undefined;
  try {
    const [own, hand, bare, red] = (await farEnds.ask('open', { count: 4 })) as [string, string, string, string];
    service = await startService(onLine(own));
    await alone.ask('openAlone', { path: bare });
    if (withPeer) peer = await startPeer('Node-RED', () => startNodeRed({ flow: 'serial', path: red }));
    const byHandUrl = await byHand.ask('listen', { path: hand });
    const closed = (url: string): Loaded['load'] => {
      const target = { path: commandPath(deviceName(0)), body: commandBodyText };
      return (connections, ms) => {
        const targets = Array.from({ length: connections }, () => target);
        return load.ask('closed', { url, targets, says: commandResultText, warmMs: 0, ms });
      };
    };
    const told = (path: string) => async () => {
      const { p50, p99 } = await farEnds.ask('idle', { path });
      return { 'line idle p50 ms': p50, 'line idle p99 ms': p99 };
    };
    const subjects = {
      bellcrank: { load: closed(service.url), told: told(own) },
      'by hand': { load: closed(byHandUrl), told: told(hand) },
      'wire alone': { load: (_: number, ms: number) => alone.ask('exchange', { ms }), told: told(bare) },
      'Node-RED': peer && { load: closed(peer.url), told: told(red) },
    };
    return await use((settings) => measureTurns(subjects, settings));
  } finally {
    await Promise.all([service?.end(), peer?.end()]);
    await Promise.all([load.end(), farEnds.end(), byHand.end(), alone.end()]);
  }
}

function onLine(path: string): { connections: object; devices: object } {
  return {
    connections: { line: { serial: { path }, simulated: true } },
    devices: { [deviceName(0)]: { driver: 'bench-output', connection: 'line' } },
  };
}
