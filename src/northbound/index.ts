import { isDeepStrictEqual } from 'node:util';
import { type Caller, callerWith } from '../access/caller.ts';
import { parseScope } from '../access/scope.ts';
import type { Clock } from '../clock.ts';
import type { Pipeline } from '../command/pipeline.ts';
import type { Stops } from '../command/stops.ts';
import type { DeviceLimits } from '../device/limits.ts';
import { Link, type Opener } from '../device/link.ts';
import type { Registry } from '../device/registry.ts';
import type { DeviceEvent } from '../device/settings.ts';
import type { Log } from '../driver/contract.ts';
import { Bridge } from './bridge.ts';
import type { Convention } from './convention.ts';
import { HomeAssistant } from './home-assistant/convention.ts';
import { Homie } from './homie/convention.ts';
import type { Instance, Presence } from './instance.ts';
import { type Selection, selectorOf } from '../expression/selection.ts';

/** What is published where, as the configuration says it. */
export interface Northbound extends Selection {
  readonly connection: string;
  readonly instance: string;
  readonly base: string;
  readonly commands: boolean;
  /** Of `command` and `stop`: what may be asked of the devices that are told; both of all of them if absent. */
  readonly scopes?: readonly string[];
  readonly homeAssistant?: { readonly discoveryPrefix: string };
  readonly homie?: { readonly domain: string };
}

/** What the client of a connection tells of itself, as the transport's settings say it. */
export interface ClientPresence {
  readonly topic: string;
  readonly online: string;
  readonly offline: string;
  readonly goodbye: string;
}

export interface NorthboundParts {
  readonly registry: Registry;
  readonly pipeline: Pick<Pipeline, 'start'>;
  readonly stops: Pick<Stops, 'stop'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly limits: DeviceLimits;
  readonly version: string;
  /** A client of its own on a configured connection, by a name of its own, with a last will of its own. */
  openerOf(connection: string, name: string, presence: ClientPresence): Opener;
}

/** What `commands: true` alone lets a broker ask for. */
const defaultScopes = ['command', 'stop'];
/** Longest wait for the last words of a service that ends. */
const farewellMs = 300;
/** The same where everything that was told is taken back. */
const withdrawalMs = 5000;

/** Tells brokers of our devices, as other systems expect it. */
export class NorthboundService {
  readonly #parts: NorthboundParts;
  #bridges: readonly Told[];

  constructor(settings: readonly Northbound[], parts: NorthboundParts) {
    this.#parts = parts;
    this.#bridges = settings.map((one) => bridgeOf(one, parts));
  }

  /** From now on these; what is as it was, and on a connection that is, goes on. */
  async configure(settings: readonly Northbound[], changed: ReadonlySet<string>): Promise<void> {
    const stays = ({ settings: its }: Told): boolean =>
      !changed.has(its.connection) && settings.some((one) => isDeepStrictEqual(one, its));
    const [kept, gone] = [this.#bridges.filter(stays), this.#bridges.filter((each) => !stays(each))];
    this.#bridges = kept;
    await Promise.all(gone.map((each) => withdraw(each, settings)));
    const coming = settings
      .filter((one) => !kept.some((each) => isDeepStrictEqual(each.settings, one)))
      .map((one) => bridgeOf(one, this.#parts));
    this.#bridges = [...this.#bridges, ...coming];
    for (const { bridge, link } of coming) link.join(bridge);
  }

  start(): void {
    for (const { bridge, link } of this.#bridges) link.join(bridge);
  }

  observed(event: DeviceEvent): void {
    for (const { bridge } of this.#bridges) bridge.observed(event);
  }

  async close(): Promise<void> {
    await Promise.all(this.#bridges.map((each) => farewell(each, farewellMs)));
  }
}

/** One broker that is told. */
interface Told {
  readonly settings: Northbound;
  readonly bridge: Bridge;
  readonly link: Link;
  readonly conventions: readonly Convention[];
  /** What its client says when it goes; nothing takes it back. */
  readonly presence: { goodbye: string } & ClientPresence;
}

async function farewell({ bridge, link }: Told, ms: number): Promise<void> {
  await bridge.flushed(ms);
  await link.leave(bridge);
}

/** What nobody goes on to tell is taken back: others would show it for ever, and have it twice under another name. */
async function withdraw(told: Told, settings: readonly Northbound[]): Promise<void> {
  const { bridge, conventions, presence } = told;
  const here = settings.filter(({ connection }) => connection === told.settings.connection);
  const ending = conventions.filter(
    ({ name }) => !here.some((one) => placeOf(one, name) === placeOf(told.settings, name)),
  );
  if (!here.some((one) => presenceOf(one).topic === presence.topic)) presence.goodbye = '';
  bridge.withdraw(ending);
  await farewell(told, ending.length === 0 ? farewellMs : withdrawalMs);
}

/** Where a convention of these settings tells its devices; undefined if they do not speak it. */
function placeOf({ homeAssistant, homie, base, instance }: Northbound, convention: string): string | undefined {
  if (convention === 'homie') return homie && `${homie.domain} ${instance}`;
  return homeAssistant && `${homeAssistant.discoveryPrefix} ${base} ${instance}`;
}

function bridgeOf(settings: Northbound, parts: NorthboundParts): Told {
  const { clock, random, log, limits } = parts;
  const { connection } = settings;
  const caller = callerOf(settings);
  const instance = instanceOf(settings, parts, caller);
  const conventions = conventionsOf(instance, settings, clock);
  const bridge = new Bridge({ ...parts, instance, conventions, caller });
  const { topic, starting, offline, goodbye } = instance.presence;
  const presence = { topic, online: starting, offline, goodbye };
  const opener = parts.openerOf(connection, instance.id, presence);
  return {
    settings,
    bridge,
    conventions,
    presence,
    link: new Link({ name: `${connection} (northbound)`, opener, clock, random, log, limits: limits.link }),
  };
}

/** Whoever speaks on the broker. What is asked of devices that are not told is not heard at all. */
function callerOf({ connection, commands, scopes = defaultScopes }: Northbound): Caller {
  return callerWith(`mqtt:${connection}`, commands ? scopes.map(parseScope) : []);
}

function instanceOf(settings: Northbound, { registry, version }: NorthboundParts, caller: Caller): Instance {
  const { instance: id, commands } = settings;
  const isSelected = selectorOf(settings);
  return {
    id,
    version,
    commands,
    maySend: (device, command) => caller.may({ action: 'command', device, command }),
    mayStop: (device) => caller.may({ action: 'stop', device }),
    presence: presenceOf(settings),
    device(wanted) {
      const device = registry.find(wanted);
      return device !== undefined && isSelected(device) ? device : undefined;
    },
    devices: () => registry.devices.filter(isSelected),
  };
}

/** A connection has one last will; where both conventions are spoken, Home Assistant looks at Homie's. */
function presenceOf({ homie, base, instance }: Northbound): Presence {
  if (homie === undefined) {
    const words = { starting: 'starting', online: 'online', offline: 'offline', goodbye: 'offline' };
    return { topic: `${base}/${instance}/status`, ...words };
  }
  const words = { starting: 'init', online: 'ready', offline: 'lost', goodbye: 'disconnected' };
  return { topic: Homie.presenceTopic(homie.domain, instance), ...words };
}

function conventionsOf(
  instance: Instance,
  { homeAssistant, homie, base }: Northbound,
  clock: Clock,
): readonly Convention[] {
  return [
    ...(homeAssistant === undefined
      ? []
      : [new HomeAssistant(instance, { ...homeAssistant, base: `${base}/${instance.id}` })]),
    ...(homie === undefined ? [] : [new Homie(instance, homie.domain, () => clock.now())]),
  ];
}
