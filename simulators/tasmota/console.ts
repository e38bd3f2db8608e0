import type { Clock, Timer } from '../../src/clock.ts';
import type { Documents } from './documents.ts';
import type { Light } from './light.ts';
import type { PowerOnState, TasmotaBehaviour } from './model.ts';

/** Docs, "Commands", "The Power of Backlog". */
const maxBacklog = 30;
/** SetOption34. */
const backlogDelayMs = 200;

const switches = new Map<string, 'on' | 'off' | 'toggle'>([
  ['0', 'off'],
  ['off', 'off'],
  ['false', 'off'],
  ['1', 'on'],
  ['on', 'on'],
  ['true', 'on'],
  ['2', 'toggle'],
  ['toggle', 'toggle'],
]);

/** How the console speaks. */
export interface Voice {
  /** The answer to a command. */
  answer(command: string, document: unknown): void;
  status(name: string, document: unknown): void;
  telemetry(): void;
}

export interface ConsoleParts {
  readonly device: TasmotaBehaviour;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly voice: Voice;
  readonly hasFan: boolean;
}

/** What the device does when it is told to (Tasmota docs, "Commands"). */
export class Console {
  readonly #parts: ConsoleParts;
  #backlog: string[] = [];
  #backlogTimer: Timer | undefined;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
  }

  /** The last level is the command, in any case, with an index behind it; `?` is the same as no payload. */
  obey(command: string, payload: string): void {
    const [, name = '', index = ''] = /^(.*?)(\d*)$/s.exec(command.toUpperCase()) ?? [];
    const text = payload.trimStart();
    const parameter = text === '?' ? '' : text;
    const own = this.#commands[name];
    if (own === undefined || !Object.hasOwn(this.#commands, name)) {
      return this.#parts.voice.answer('COMMAND', { Command: 'Unknown', Input: command.toUpperCase() });
    }
    own(index, parameter);
  }

  abandonBacklog(): void {
    this.#backlog = [];
    this.#backlogTimer?.cancel();
    this.#backlogTimer = undefined;
  }

  readonly #commands: Readonly<Record<string, (index: string, parameter: string) => void>> = {
    POWER: (index, parameter) => this.#power(index, parameter),
    DIMMER: (_index, parameter) => this.#light('DIMMER', parameter, 0, 100, (light, value) => (light.dimmer = value)),
    CT: (_index, parameter) =>
      this.#light('CT', parameter, 153, 500, (light, value) => (light.temperature = value), this.#lamp.hasTemperature),
    HSBCOLOR: (_index, parameter) => this.#color(parameter),
    FANSPEED: (_index, parameter) => this.#fan(parameter),
    SHUTTERPOSITION: (index, parameter) => this.#shutter('ShutterPosition', index, Number(parameter)),
    SHUTTEROPEN: (index) => this.#shutter('ShutterOpen', index, 100),
    SHUTTERCLOSE: (index) => this.#shutter('ShutterClose', index, 0),
    SHUTTERSTOP: (index) => this.#shutter('ShutterStop', index, 'stop'),
    STATUS: (_index, parameter) => this.#status(parameter),
    STATE: () => this.#parts.voice.answer('STATE', this.#parts.documents.state()),
    TELEPERIOD: (_index, parameter) => this.#telePeriod(parameter),
    POWERONSTATE: (_index, parameter) => this.#powerOnState(parameter),
    RESTART: (_index, parameter) => this.#restart(parameter),
    BACKLOG: (index, parameter) => this.#takeBacklog(index, parameter),
  };

  get #lamp(): Light {
    return this.#parts.device.light;
  }

  #refuse(): void {
    this.#parts.voice.answer('COMMAND', { Command: 'Error' });
  }

  /** POWER0 is all of them, POWER and POWER1 the first. What is no switching word asks for the state. */
  #power(index: string, parameter: string): void {
    const { device } = this.#parts;
    const to = switches.get(parameter.toLowerCase());
    const relays = index === '0' ? device.switchable : [index === '' ? 1 : Number(index)];
    if (relays.some((relay) => !device.switchable.includes(relay))) return this.#refuse();
    for (const relay of relays) {
      if (to === undefined) device.tell(relay);
      else device.switch(to, relay);
    }
  }

  /** Without a light there is no such command; out of its range it tells and changes nothing. */
  #light(
    command: string,
    parameter: string,
    minimum: number,
    maximum: number,
    change: (light: Light, value: number) => void,
    has = this.#lamp.kind !== 'none',
  ): void {
    if (!has) return this.#parts.voice.answer('COMMAND', { Command: 'Unknown', Input: command });
    const value = Number(parameter);
    const fits = parameter !== '' && Number.isInteger(value) && value >= minimum && value <= maximum;
    if (fits) this.#parts.device.setLight((light) => change(light, value));
    else this.#parts.voice.answer(command, this.#parts.documents.light());
  }

  #color(parameter: string): void {
    if (!this.#lamp.hasColor) return this.#parts.voice.answer('COMMAND', { Command: 'Unknown', Input: 'HSBCOLOR' });
    const [, hue, saturation, brightness] = /^(\d+),(\d+),(\d+)$/.exec(parameter) ?? [];
    if (hue === undefined) return this.#parts.voice.answer('HSBCOLOR', this.#parts.documents.light());
    const color = { hue: Number(hue), saturation: Number(saturation), brightness: Number(brightness) };
    this.#parts.device.setLight((light) => (light.color = color));
  }

  #fan(parameter: string): void {
    const { device, hasFan, voice } = this.#parts;
    if (!hasFan) return voice.answer('COMMAND', { Command: 'Unknown', Input: 'FANSPEED' });
    if (/^[0-3]$/.test(parameter)) device.fanSpeed = Number(parameter);
    voice.answer('FANSPEED', { FanSpeed: device.fanSpeed });
  }

  #shutter(command: string, index: string, to: number | 'stop'): void {
    const { device, voice } = this.#parts;
    const number = index === '' ? 1 : Number(index);
    const shutter = device.shutters[number - 1];
    if (shutter === undefined) return this.#refuse();
    if (to === 'stop') shutter.stop();
    else if (to >= 0 && to <= 100) shutter.moveTo(to);
    voice.answer(command.toUpperCase(), { [`${command}${number}`]: to === 'stop' ? 'Done' : shutter.target });
  }

  #status(parameter: string): void {
    const all = this.#parts.documents.status();
    const names = parameter === '0' ? [...all.keys()].filter((name) => name !== 'STATUS8') : [`STATUS${parameter}`];
    for (const name of names) {
      const document = all.get(name);
      if (document === undefined) this.#refuse();
      else this.#parts.voice.status(name, document);
    }
  }

  #telePeriod(parameter: string): void {
    const { device, voice } = this.#parts;
    if (parameter !== '') device.setTelePeriod(Number(parameter));
    voice.answer('TELEPERIOD', { TelePeriod: device.telePeriodSeconds });
    if (parameter === '') voice.telemetry();
  }

  #powerOnState(parameter: string): void {
    const { device, voice } = this.#parts;
    // One of the five digits that the type lists.
    if (/^[0-4]$/.test(parameter)) device.powerOnState = Number(parameter) as PowerOnState;
    voice.answer('POWERONSTATE', { PowerOnState: device.powerOnState });
  }

  #restart(parameter: string): void {
    if (parameter !== '1') return this.#parts.voice.answer('RESTART', { Restart: '1 to restart' });
    this.#parts.voice.answer('RESTART', { Restart: 'Restarting' });
    this.#parts.device.powerCycle();
  }

  /** Commands one after the other, with a pause between unless it is Backlog0; none clears the queue. */
  #takeBacklog(index: string, parameter: string): void {
    const commands = parameter.split(';').map((command) => command.trim());
    if (parameter === '') return this.#clearBacklog();
    this.#backlog = [...this.#backlog, ...commands.filter((command) => command !== '')].slice(0, maxBacklog);
    if (this.#backlogTimer === undefined) this.#nextOfBacklog(index === '0' ? 0 : backlogDelayMs);
  }

  #clearBacklog(): void {
    this.#parts.voice.answer('BACKLOG', { Backlog: this.#backlog.length === 0 ? 'Empty' : 'Aborted' });
    this.abandonBacklog();
  }

  #nextOfBacklog(pauseMs: number): void {
    this.#backlogTimer = undefined;
    const [command = '', ...parameters] = (this.#backlog.shift() ?? '').split(' ');
    if (command === '') return;
    this.obey(command, parameters.join(' '));
    if (this.#backlog.length === 0) return;
    this.#backlogTimer = this.#parts.clock.timer(pauseMs, () => this.#nextOfBacklog(pauseMs));
  }
}
