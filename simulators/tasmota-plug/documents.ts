import type { PlugBehaviour } from './model.ts';
import type { PlugOptions } from './options.ts';

type Document = Readonly<Record<string, unknown>>;

export const stateText = (on: boolean): string => (on ? 'ON' : 'OFF');

/** `2026-01-01T00:00:00`, without a zone, as the firmware tells time. */
const timeText = (time: number): string => new Date(time).toISOString().slice(0, 19);

function uptimeText(seconds: number): string {
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return `${Math.floor(seconds / 86_400)}T${clock}`;
}

/** `tele/…/STATE`, and inside STATUS11 (docs, "JSON Status Responses"). */
export function stateDocument(plug: PlugBehaviour): Document {
  return {
    Time: timeText(plug.time),
    Uptime: uptimeText(plug.uptimeSeconds),
    UptimeSec: plug.uptimeSeconds,
    Heap: 25,
    SleepMode: 'Dynamic',
    Sleep: 50,
    LoadAvg: 19,
    MqttCount: 1,
    POWER: stateText(plug.on),
    Wifi: { AP: 1, SSId: 'simulated', Channel: 6, Mode: '11n', RSSI: 76, Signal: -62, LinkCount: 1 },
  };
}

/** `tele/…/SENSOR`, and inside STATUS8 and STATUS10. */
export function sensorDocument(plug: PlugBehaviour): Document {
  const measured = plug.measure();
  return {
    Time: timeText(plug.time),
    ENERGY: {
      TotalStartTime: timeText(plug.time - plug.uptimeSeconds * 1000),
      Total: measured.total,
      Yesterday: measured.yesterday,
      Today: measured.today,
      Power: measured.activePower,
      ApparentPower: measured.apparentPower,
      ReactivePower: measured.reactivePower,
      Factor: measured.factor,
      Voltage: measured.voltage,
      Current: measured.current,
    },
  };
}

/** `tele/…/INFO1`, told once after a start. */
export function startDocument({ macTail }: PlugOptions): Document {
  return {
    Info1: { Module: 'Simulated plug', Version: '14.2.0(simulated)', FallbackTopic: `cmnd/DVES_${macTail}_fb/` },
  };
}

/** The `Status <n>` documents that are simulated, by the topic on which each is told. */
export function statusDocuments(plug: PlugBehaviour, { topic, macTail }: PlugOptions): ReadonlyMap<string, Document> {
  const power = Number(plug.on);
  const mac = `DE:AD:BE:${macTail.match(/../g)?.join(':') ?? ''}`;
  return new Map<string, Document>([
    ['STATUS', { Status: { Module: 1, Topic: topic, Power: power, PowerOnState: plug.powerOnState } }],
    ['STATUS2', { StatusFWR: { Version: '14.2.0(simulated)', Hardware: 'simulated' } }],
    ['STATUS5', { StatusNET: { Hostname: `${topic}-simulated`, Mac: mac } }],
    ['STATUS8', { StatusSNS: sensorDocument(plug) }],
    ['STATUS10', { StatusSNS: sensorDocument(plug) }],
    ['STATUS11', { StatusSTS: stateDocument(plug) }],
  ]);
}
