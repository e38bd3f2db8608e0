import type { Clock, Timer } from '../../src/clock.ts';
import type { Message } from '../../src/driver/index.ts';
import type { FarClient, WireFace } from '../simulator.ts';
import { sensorDocument, startDocument, stateDocument, stateText, statusDocuments } from './documents.ts';
import type { PlugBehaviour, PowerOnState } from './model.ts';
import type { PlugOptions } from './options.ts';

/** The firmware drops packets that do not fit its buffer (docs, "MQTT": `MAX_PACKET_SIZE`). */
const maxPayloadBytes = 1200;
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

/** Face 2: the plug at the far end of a broker, by Tasmota's documentation ("MQTT", "Commands"). */
export class PlugWire {
  readonly face: WireFace;
  readonly #plug: PlugBehaviour;
  readonly #options: PlugOptions;
  readonly #clock: Clock;
  readonly #stopListening: () => void;
  #client: FarClient | undefined;
  #greeted = false;
  #backlog: string[] = [];
  #backlogTimer: Timer | undefined;

  constructor(plug: PlugBehaviour, options: PlugOptions, clock: Clock) {
    this.#plug = plug;
    this.#options = options;
    this.#clock = clock;
    const will = { topic: this.#topic('tele', 'LWT'), payload: 'Offline', retain: true };
    this.face = { shape: 'messages', will, serve: (client) => this.#serve(client) };
    this.#stopListening = plug.listen({
      switched: (on) => this.#tellPower(on),
      telemetry: () => this.#tellTelemetry(),
      booted: () => this.#boot(),
      presence: (online) => this.#tellPresence(online),
    });
  }

  close(): void {
    this.#stopListening();
    this.#abandonBacklog();
    this.#client = undefined;
  }

  /** A broker connection, the first or a later one; the one before is forgotten. */
  #serve(client: FarClient): void {
    this.#client = client;
    const { topic, macTail } = this.#options;
    // The command topics first: whoever sees Online may send at once. The firmware itself says Online first.
    for (const own of [topic, 'tasmotas', `DVES_${macTail}_fb`]) {
      client.subscribe(`cmnd/${own}/#`, (message) => {
        if (this.#client === client) this.#hear(message);
      });
    }
    if (!this.#plug.online) return this.#tellPresence(false);
    if (this.#greeted) this.#tellPresence(true);
    else this.#boot();
  }

  /** After a start it tells everything. The firmware waits five seconds with its telemetry; here nobody has to. */
  #boot(): void {
    this.#greeted = true;
    this.#abandonBacklog();
    this.#tellPresence(true);
    this.#tell('tele', 'INFO1', startDocument(this.#options));
    this.#tellPower(this.#plug.on);
    this.#tellTelemetry();
  }

  /** The far end cannot be cut from here, so on going offline it leaves what the broker would publish as its will. */
  #tellPresence(online: boolean): void {
    if (this.#plug.muted && online) return;
    this.#client?.publish(this.#topic('tele', 'LWT'), online ? 'Online' : 'Offline', { retain: true });
  }

  #tellPower(on: boolean): void {
    this.#tell('stat', 'RESULT', { POWER: stateText(on) });
    this.#say('stat', 'POWER', stateText(on));
  }

  #tellTelemetry(): void {
    this.#tell('tele', 'STATE', stateDocument(this.#plug));
    this.#tell('tele', 'SENSOR', sensorDocument(this.#plug));
  }

  #topic(prefix: 'stat' | 'tele', name: string): string {
    return `${prefix}/${this.#options.topic}/${name}`;
  }

  #tell(prefix: 'stat' | 'tele', name: string, document: unknown): void {
    this.#say(prefix, name, JSON.stringify(document));
  }

  #say(prefix: 'stat' | 'tele', name: string, payload: string): void {
    if (this.#plug.online && !this.#plug.muted) this.#client?.publish(this.#topic(prefix, name), payload);
  }

  /** Like the firmware it does not look at the retained flag: a retained command is obeyed at every start. */
  #hear({ topic, payload }: Message): void {
    if (!this.#plug.online || payload.length > maxPayloadBytes) return;
    this.#obey(topic.slice(topic.lastIndexOf('/') + 1), Buffer.from(payload).toString());
  }

  /** The last level is the command, in any case, with an index behind it; `?` is the same as no payload. */
  #obey(command: string, payload: string): void {
    const [, name = '', index = ''] = /^(.*?)(\d*)$/s.exec(command.toUpperCase()) ?? [];
    const text = payload.trimStart();
    const parameter = text === '?' ? '' : text;
    switch (name) {
      case 'POWER':
        return this.#power(index, parameter);
      case 'STATUS':
        return this.#status(parameter);
      case 'STATE':
        return this.#tell('stat', 'RESULT', stateDocument(this.#plug));
      case 'TELEPERIOD':
        return this.#telePeriod(parameter);
      case 'POWERONSTATE':
        return this.#powerOnState(parameter);
      case 'BACKLOG':
        return this.#takeBacklog(index, parameter);
      default:
        return this.#tell('stat', 'RESULT', { Command: 'Unknown', Input: command.toUpperCase() });
    }
  }

  #refuse(): void {
    this.#tell('stat', 'RESULT', { Command: 'Error' });
  }

  /** POWER, POWER0 (all) and POWER1 are the one relay. What is no switching word asks for the state. */
  #power(index: string, parameter: string): void {
    if (!['', '0', '1'].includes(index)) return this.#refuse();
    const to = switches.get(parameter.toLowerCase());
    if (to === undefined) this.#plug.tell();
    else this.#plug.switch(to);
  }

  #status(parameter: string): void {
    const documents = statusDocuments(this.#plug, this.#options);
    const names =
      parameter === '0' ? [...documents.keys()].filter((name) => name !== 'STATUS8') : [`STATUS${parameter}`];
    for (const name of names) {
      const document = documents.get(name);
      if (document === undefined) this.#refuse();
      else this.#tell('stat', name, document);
    }
  }

  #telePeriod(parameter: string): void {
    if (parameter !== '') this.#plug.setTelePeriod(Number(parameter));
    this.#tell('stat', 'RESULT', { TelePeriod: this.#plug.telePeriodSeconds });
    if (parameter === '') this.#tellTelemetry();
  }

  #powerOnState(parameter: string): void {
    // One of the five digits that the type lists.
    if (/^[0-4]$/.test(parameter)) this.#plug.powerOnState = Number(parameter) as PowerOnState;
    this.#tell('stat', 'RESULT', { PowerOnState: this.#plug.powerOnState });
  }

  /** Commands one after the other, with a pause between unless it is Backlog0; none clears the queue. */
  #takeBacklog(index: string, parameter: string): void {
    const commands = parameter.split(';').map((command) => command.trim());
    if (parameter === '') return this.#clearBacklog();
    this.#backlog = [...this.#backlog, ...commands.filter((command) => command !== '')].slice(0, maxBacklog);
    if (this.#backlogTimer === undefined) this.#nextOfBacklog(index === '0' ? 0 : backlogDelayMs);
  }

  #clearBacklog(): void {
    this.#tell('stat', 'RESULT', { Backlog: this.#backlog.length === 0 ? 'Empty' : 'Aborted' });
    this.#abandonBacklog();
  }

  #abandonBacklog(): void {
    this.#backlog = [];
    this.#backlogTimer?.cancel();
    this.#backlogTimer = undefined;
  }

  #nextOfBacklog(pauseMs: number): void {
    this.#backlogTimer = undefined;
    const [command = '', ...parameters] = (this.#backlog.shift() ?? '').split(' ');
    if (command === '') return;
    this.#obey(command, parameters.join(' '));
    if (this.#backlog.length > 0) this.#backlogTimer = this.#clock.timer(pauseMs, () => this.#nextOfBacklog(pauseMs));
  }
}
