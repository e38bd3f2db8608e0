import type { TasmotaBehaviour } from './model.ts';
import type { TasmotaOptions } from './options.ts';
import { sensorDocument } from './room.ts';

type Document = Readonly<Record<string, unknown>>;

export const version = '14.2.0(simulated)';

/** `2026-01-01T00:00:00`, without a zone, as the firmware tells time. */
const timeText = (time: number): string => new Date(time).toISOString().slice(0, 19);

function uptimeText(seconds: number): string {
  const clock = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return `${Math.floor(seconds / 86_400)}T${clock}`;
}

/** Everything that the device tells, as JSON (docs, "JSON Status Responses"). */
export class Documents {
  readonly #device: TasmotaBehaviour;
  readonly #options: TasmotaOptions;

  constructor(device: TasmotaBehaviour, options: TasmotaOptions) {
    this.#device = device;
    this.#options = options;
  }

  get mac(): string {
    return `DEADBE${this.#options.macTail}`;
  }

  stateText(on: boolean): string {
    return this.#options.stateText[on ? 'on' : 'off'];
  }

  /** `POWER` on a device with one relay, `POWER1` on one with several. */
  powerKey(relay: number): string {
    const { switchable, shutters } = this.#device;
    return switchable.length + 2 * shutters.length === 1 ? 'POWER' : `POWER${relay}`;
  }

  power(relay: number): Document {
    return { [this.powerKey(relay)]: this.stateText(this.#device.isOn(relay)) };
  }

  /** What a light tells with each answer of its own. */
  light(): Document {
    const { light, lightRelay } = this.#device;
    if (lightRelay === undefined) return {};
    const { hue, saturation, dimmer } = light;
    return {
      ...this.power(lightRelay),
      Dimmer: dimmer,
      ...(light.hasColor && { Color: light.hex, HSBColor: `${hue},${saturation},${dimmer}` }),
      ...(light.hasTemperature && { CT: light.temperature }),
    };
  }

  /** `tele/…/STATE`, and inside STATUS11. */
  state(): Document {
    const device = this.#device;
    return {
      Time: timeText(device.time),
      Uptime: uptimeText(device.uptimeSeconds),
      UptimeSec: device.uptimeSeconds,
      Heap: 25,
      SleepMode: 'Dynamic',
      Sleep: 50,
      LoadAvg: 19,
      MqttCount: 1,
      ...Object.assign({}, ...device.switchable.map((relay) => this.power(relay))),
      ...this.light(),
      ...(this.#options.fan && { FanSpeed: device.fanSpeed }),
      Wifi: { AP: 1, SSId: 'simulated', Channel: 6, Mode: '11n', RSSI: 76, Signal: -62, LinkCount: 1 },
    };
  }

  shutter(number: number): Document {
    const shutter = this.#device.shutters[number - 1];
    if (shutter === undefined) return {};
    const { position, direction, target } = shutter;
    return { [`Shutter${number}`]: { Position: position, Direction: direction, Target: target } };
  }

  /** `tele/…/SENSOR`, and inside STATUS8 and STATUS10. */
  sensors(): Document {
    const { meterPhases, sensors } = this.#options;
    return {
      Time: timeText(this.#device.time),
      ...(sensors && { Switch1: this.stateText(false), ...sensorDocument(this.#device.room) }),
      ...(meterPhases > 0 && { ENERGY: this.#energy() }),
      ...Object.assign({}, ...this.#device.shutters.map((_, index) => this.shutter(index + 1))),
      ...(sensors && { PressureUnit: 'hPa', TempUnit: 'C' }),
    };
  }

  #energy(): Document {
    const device = this.#device;
    const measured = device.measure();
    /** A list where there are phases; the load hangs on the first. */
    const each = (value: number, others: number): unknown =>
      this.#options.meterPhases === 1 ? value : [value, others, others];
    return {
      TotalStartTime: timeText(device.time - device.uptimeSeconds * 1000),
      Total: measured.total,
      Yesterday: measured.yesterday,
      Today: measured.today,
      Power: each(measured.activePower, 0),
      ApparentPower: each(measured.apparentPower, 0),
      ReactivePower: each(measured.reactivePower, 0),
      Factor: each(measured.factor, 0),
      Voltage: each(measured.voltage, measured.voltage),
      Current: each(measured.current, 0),
    };
  }

  /** `tele/…/INFO1`, told once after a start. */
  start(): Document {
    const { macTail } = this.#options;
    return { Info1: { Module: 'Simulated', Version: version, FallbackTopic: `cmnd/DVES_${macTail}_fb/` } };
  }

  /** The `Status <n>` documents that are simulated, by the topic on which each is told. */
  status(): ReadonlyMap<string, Document> {
    const { topic, name } = this.#options;
    const { on, powerOnState } = this.#device;
    const mac = this.mac.match(/../g)?.join(':');
    return new Map<string, Document>([
      [
        'STATUS',
        { Status: { Module: 1, DeviceName: name, Topic: topic, Power: Number(on), PowerOnState: powerOnState } },
      ],
      ['STATUS2', { StatusFWR: { Version: version, Hardware: 'simulated' } }],
      ['STATUS5', { StatusNET: { Hostname: `${topic}-simulated`, Mac: mac } }],
      ['STATUS8', { StatusSNS: this.sensors() }],
      ['STATUS10', { StatusSNS: this.sensors() }],
      ['STATUS11', { StatusSTS: this.state() }],
    ]);
  }
}
