import type { auditSchema } from './audit-schema.ts';
import type { accessSchema } from './access-schema.ts';
import type { alarmsSchema } from './alarm-schema.ts';
import type { deviceHistorySchema } from './history-schema.ts';
import type { metricsSchema, tracingSchema } from './observe-schema.ts';
import type { Static } from '@sinclair/typebox';
import type { Limits } from '../driver/effective.ts';
import type {
  FaultConfig,
  definitionsSchema,
  idempotencySchema,
  logSchema,
  serverSchema,
  simulationSchema,
  storeSchema,
  viaNames,
} from './schema.ts';
import type { webhooksSchema } from './webhook-schema.ts';

/** How a simulator is reached: through the kernel's own wires, or in memory. */
export type Via = (typeof viaNames)[number];

/** A connection to something outside this process. */
export interface TransportConnection {
  readonly kind: 'transport';
  /** Its key in the file: one of the transports'. */
  readonly transport: string;
  /** Valid by that transport's settings schema, defaults applied, secrets resolved: never print it. */
  readonly settings: unknown;
  /** Declared in the file: a simulator of someone else's is at the other end. */
  readonly simulated: boolean;
}

export interface SimulatedDevice {
  /** The model that is simulated, a `SimulatorKind.model`. */
  readonly model: string;
  readonly seed: number;
  /** Valid by the simulator's options schema, defaults applied. */
  readonly options: unknown;
  /** Valid each by its kind, and what this wire can have; the device has not been asked. From the start; none if absent. */
  readonly faults?: readonly FaultConfig[];
  /** Fixes the choices of the faults; `seed` does if absent. */
  readonly faultSeed?: number;
}

/** A connection to simulators that this process runs itself. */
export interface SimulatedConnection {
  readonly kind: 'simulate';
  readonly via: Via;
  /** One; or several, behind one broker. */
  readonly devices: readonly SimulatedDevice[];
  readonly simulated: true;
}

export type ConnectionConfig = TransportConnection | SimulatedConnection;

/** Applies to the device `device`, or to whichever have the label `label` (`KEY` or `KEY=VALUE`): one of the two is there. */
export interface InterlockConfig {
  readonly name: string;
  readonly device?: string;
  readonly label?: string;
  /** Commands, and `write:` and a property’s name; `*` is everything that is no read. */
  readonly forbid: readonly string[];
  /** Known to parse, and to read properties that there are. */
  readonly unless: string;
  readonly maxAgeMs: number;
  readonly onViolation?: 'stop';
}

/** A limit on a property of `device`, or of whichever have the label `label`: one of the two is there, and one condition. */
export interface AlarmConfig extends Omit<Static<typeof alarmsSchema>[number], 'delayMs'> {
  readonly delayMs: number;
}

export interface DeviceConfig {
  /** The name of a driver's model. */
  readonly driver: string;
  /** A key of `connections`; absent for drivers whose transport is `none`. */
  readonly connection?: string;
  /** Valid by the driver's options schema, defaults applied. */
  readonly options: unknown;
  readonly labels: Readonly<Record<string, string>>;
  /** Known to narrow the driver's model; `effectiveModel` applies it. */
  readonly limits: Limits;
  /** Known to name what the driver's model has; `effectiveModel` applies it. */
  readonly deny: readonly string[];
  readonly enabled: boolean;
  readonly onShutdown: 'leave' | 'stop';
  readonly idleProbeMs?: number;
  readonly retries: number;
  /** Which readings are kept, by property; what is not named is kept on change. */
  readonly history: Readonly<Static<typeof deviceHistorySchema>>;
}

/** One broker that is told of the devices. */
export interface NorthboundConfig {
  /** A key of `connections`, to a broker. */
  readonly connection: string;
  readonly homeAssistant?: { readonly discoveryPrefix: string };
  readonly homie?: { readonly domain: string };
  readonly instance: string;
  readonly base: string;
  readonly commands: boolean;
  /** Of `command` and `stop`; both of everything that is told if absent. */
  readonly scopes?: readonly string[];
  readonly devices?: readonly string[];
  readonly labels?: readonly string[];
}

/** What becomes a device by itself, and as what. */
export interface AdoptionRuleConfig extends Pick<DeviceConfig, 'labels' | 'limits' | 'deny'> {
  /** Globs. */
  readonly match: Readonly<Partial<Record<'dialect' | 'name' | 'manufacturer' | 'model' | 'identity', string>>>;
  readonly idPrefix?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface DiscoveryConfig {
  /** Drivers; absent: all that can. */
  readonly dialects?: readonly string[];
  /** By driver: valid against its `discoveryOptions`, defaults applied. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly autoAdopt: readonly AdoptionRuleConfig[];
}

/** A checked configuration: deeply frozen plain data in which every default is filled in. */
export interface Config {
  /** The file it came from, as it was given. */
  readonly source: string;
  readonly server: Readonly<Static<typeof serverSchema>>;
  readonly access: Readonly<Static<typeof accessSchema>>;
  readonly log: Readonly<Static<typeof logSchema>>;
  readonly metrics: Readonly<Static<typeof metricsSchema>>;
  /** Secrets resolved: never print it. */
  readonly tracing: Readonly<Static<typeof tracingSchema>>;
  /** `directory` is an absolute path. */
  readonly store: Readonly<Static<typeof storeSchema>>;
  readonly audit: Readonly<Static<typeof auditSchema>>;
  readonly definitions: Readonly<Static<typeof definitionsSchema>>;
  readonly idempotency: Readonly<Static<typeof idempotencySchema>>;
  /** False: none of the connections is simulated. */
  readonly allowSimulated: boolean;
  /** `directory` is an absolute path. */
  readonly simulation: Readonly<Static<typeof simulationSchema>>;
  readonly connections: Readonly<Record<string, ConnectionConfig>>;
  readonly devices: Readonly<Record<string, DeviceConfig>>;
  /** By connection. */
  readonly discovery: Readonly<Record<string, DiscoveryConfig>>;
  readonly interlocks: readonly InterlockConfig[];
  readonly alarms: readonly AlarmConfig[];
  readonly northbound: readonly NorthboundConfig[];
  /** Secrets resolved: never print them. */
  readonly webhooks: readonly Readonly<Static<typeof webhooksSchema>[number]>[];
  /** The user's drivers as they are listed; `loadConfig` has loaded them. */
  readonly drivers: readonly string[];
}
