/**
 * What the service answers with, as its `/openapi.json` describes it. Times are RFC 3339 in UTC. A test compares the names of
 * all fields with the service's own schemas.
 */
import type { ErrorCode, InputError, NotSentReason, Outcome } from '../errors.ts';

export type { DeviceError, ErrorCode, InputError, NotSentReason, Outcome } from '../errors.ts';

/** A JSON Schema (draft 2020-12); `unit` says what numbers are counted in. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export type Confirmation = 'sent' | 'acknowledged' | 'confirmed';
export type Effect = 'read' | 'idempotent' | 'actuate';
export type DeviceState = 'disabled' | 'offline' | 'connecting' | 'quarantined' | 'ready' | 'recovering';
export type Quality = 'good' | 'stale' | 'bad';
export type CommandState = 'queued' | 'sent' | 'ended';

/** A page of a list: `next` is the `cursor` of the one that follows. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** A device as it stands in a list. */
export interface DeviceView {
  readonly id: string;
  readonly driver: string;
  readonly model: string;
  /** Null if it needs none. */
  readonly connection: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: DeviceState;
  /** Why it is not ready. */
  readonly detail?: string;
  /** It answers 423 to everything but reads until it is released. */
  readonly stopped: boolean;
  readonly stoppedBy: string | null;
  readonly simulated: boolean;
  readonly managedBy: 'config' | 'api';
  readonly adopted: { readonly candidate: string; readonly auto: boolean } | null;
  readonly lastSeenAt: string | null;
  readonly links: Links<'self' | 'properties' | 'model' | 'openapi' | 'td'>;
}

/** A device with what it can do, narrowed by its `limits` and `deny`. */
export interface DeviceDetailView extends DeviceView {
  readonly identity: string | null;
  readonly enabled: boolean;
  readonly onShutdown: 'leave' | 'stop';
  readonly retries: number;
  /** Ms; null: never. */
  readonly idleProbeMs: number | null;
  readonly options: unknown;
  readonly limits: Readonly<Record<string, Limit | Readonly<Record<string, Limit>>>>;
  readonly deny: readonly string[];
  readonly unmatched: number;
  /** Alarms of the device that hold, or that nobody has acknowledged. */
  readonly openAlarms: number;
  readonly waiting: number;
  readonly commands: Readonly<Record<string, CommandSpec>>;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly events: Readonly<Record<string, EventSpec>>;
  /** Null: the device has no way to be made safe. */
  readonly stop: StopSpec | null;
}

/** Narrows one value. */
export interface Limit {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface Verify {
  readonly tolerance?: number;
  readonly withinMs?: number;
}

export interface WriteSpec {
  readonly effect: Effect;
  readonly confirmation: Confirmation;
  readonly timeoutMs: number;
  readonly urgent?: boolean;
  readonly onBusy?: 'queue' | 'reject' | 'supersede';
  readonly verify?: Verify;
  readonly schema?: JsonSchema;
}

export interface CommandSpec {
  readonly summary: string;
  readonly effect: Effect;
  readonly confirmation: Confirmation;
  readonly timeoutMs: number;
  readonly urgent?: boolean;
  readonly onBusy?: 'queue' | 'reject' | 'supersede';
  readonly verify?: Verify & { readonly property: string; readonly param: string };
  readonly long?: boolean;
  readonly abortable?: boolean;
  readonly params: JsonSchema;
  readonly result: JsonSchema;
  readonly examples?: readonly { readonly params: unknown; readonly result?: unknown }[];
}

export interface PropertySpec {
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly access: 'read' | 'read-write' | 'write';
  /** Absent where it cannot be read. */
  readonly source?: 'pushed' | { readonly pollMs: number };
  /** Absent where it cannot be written. */
  readonly write?: WriteSpec;
}

export interface EventSpec {
  readonly summary: string;
  readonly data: JsonSchema;
}

export interface StopSpec {
  readonly summary: string;
  readonly confirmation: Confirmation;
  readonly timeoutMs: number;
}

/** A kind of device that can be attached. */
export interface ModelView {
  readonly name: string;
  readonly summary: string;
  readonly commands: Readonly<Record<string, CommandSpec>>;
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly events: Readonly<Record<string, EventSpec>>;
  readonly stop?: StopSpec;
  readonly transports: readonly ('serial' | 'tcp' | 'mqtt' | 'none')[];
  readonly options: JsonSchema;
}

/** A property as it is known. */
export interface PropertyView<Value = unknown> {
  readonly name: string;
  /** In `unit`. The last one known, whatever its quality; null if there is none. */
  readonly value: Value | null;
  readonly unit: string | null;
  readonly at: string | null;
  readonly quality: Quality;
  readonly source: 'polled' | 'pushed' | 'write-only';
  /** Why it is bad. */
  readonly error?: string;
  readonly simulated: boolean;
  readonly links: Links<'self' | 'device'>;
}

/** What was asked for, and what became of it. */
export interface CommandView<Params = unknown, Result = unknown> {
  readonly id: string;
  readonly device: string;
  /** The command’s name, `write:` and the property’s, or `stop`. */
  readonly command: string;
  readonly params: Params;
  readonly state: CommandState;
  /** Once `state` is `ended`. */
  readonly outcome?: Outcome;
  /** Why it was not sent. */
  readonly reason?: NotSentReason;
  /** How far it is known to have come. */
  readonly confirmation: Confirmation | null;
  readonly result?: Result;
  readonly error?: CommandErrorView;
  /** What the device said, as it came. */
  readonly evidence?: Readonly<Record<string, string | number | boolean | null>>;
  /** A late reply settled what was `unknown`. */
  readonly resolvedLate?: true;
  readonly attempts?: number;
  readonly by: string;
  readonly simulated: boolean;
  readonly submittedAt: string;
  readonly sentAt: string | null;
  readonly endedAt: string | null;
  readonly links: Links<'self' | 'device'>;
}

/** What went wrong with a command. */
export interface CommandErrorView {
  readonly code: ErrorCode;
  readonly detail: string;
  /** The device’s own words. */
  readonly device?: { readonly code: string; readonly text: string };
}

/** What a command would do if it were sent now. */
export interface DryRunView<Params = unknown> {
  readonly dryRun: true;
  readonly device: string;
  readonly command: string;
  readonly params: Params;
  /** Nothing stands in the way. */
  readonly allowed: boolean;
  readonly obstacles: readonly ProblemView[];
  readonly writes: readonly WriteView[];
  /** False if more would follow, which depends on what the device answers. */
  readonly complete: boolean;
  readonly simulated: boolean;
  readonly links: Links<'device'>;
}

/** Bytes, as hexadecimal digits and as Latin-1 text; or a message. */
export type WriteView =
  | { readonly hex: string; readonly text: string }
  | { readonly topic: string; readonly payload: string };

/** What is known of one device’s stop. The device is latched whatever the outcome. */
export interface StopView {
  readonly id: string;
  readonly device: string;
  readonly stopped: true;
  readonly simulated: boolean;
  readonly outcome: Outcome;
  readonly confirmation: Confirmation | null;
  readonly recorded: boolean;
  /** Why the device may not be safe. */
  readonly error?: ProblemView;
  readonly links: Links<'self' | 'device'>;
}

/** What became of a stop of everything. */
export interface StopsView {
  readonly items: readonly StopView[];
  /** Whether it was every device, those that are added from now on included; not everybody may stop all of them. */
  readonly everything: boolean;
  /** Devices that were left as they are. */
  readonly left: number;
  /** Those of them that one may know of. */
  readonly notAllowed: readonly string[];
}

/** Exclusive control of a device, for a time. */
export interface LeaseView {
  readonly device: string;
  readonly holder: string;
  readonly note: string;
  readonly ttlMs: number;
  readonly onExpiry: 'release' | 'stop';
  readonly grantedAt: string;
  readonly expiresAt: string;
  readonly stolenFrom?: string;
  readonly simulated: boolean;
  readonly links: Links<'self' | 'device'>;
}

/** For its holder: with the secret. */
export interface GrantedLeaseView extends LeaseView {
  readonly token: string;
}

export interface SampleView<Value = unknown> {
  readonly at: string;
  readonly value: Value;
}

/** The numbers of one stretch of time. */
export interface BucketView {
  readonly at: string;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly count: number;
}

interface HistorySpan {
  readonly device: string;
  readonly property: string;
  readonly unit: string | null;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly simulated: boolean;
}

/** Values as they were, oldest first. */
export interface SamplesView<Value = unknown> extends HistorySpan {
  readonly items: readonly SampleView<Value>[];
  readonly next?: string;
}

/** Numbers in stretches of equal length, those without numbers left out. */
export interface BucketsView extends HistorySpan {
  readonly buckets: readonly BucketView[];
}

/** A device that announces itself. */
export interface CandidateView {
  readonly id: string;
  readonly connection: string;
  readonly dialect: string;
  readonly identity: string;
  readonly name: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly version: string | null;
  readonly summary: string | null;
  readonly options: unknown;
  readonly state: 'announced' | 'stale' | 'gone';
  readonly unsupported: string | null;
  readonly device: string | null;
  readonly dismissed: boolean;
  readonly refusal: string | null;
  readonly simulated: boolean;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** What to post to `/v1/devices`. */
  readonly adopt: { readonly candidate: string } | null;
  readonly links: { readonly self: string; readonly device?: string };
}

/** RFC 9457 problem details. */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The command that failed. */
  readonly instance?: string;
  readonly code: ErrorCode;
  readonly outcome?: Outcome;
  readonly reason?: NotSentReason;
  /** Whether trying again later is safe and may succeed. */
  readonly retryable: boolean;
  readonly commandId?: string;
  readonly simulated?: boolean;
  readonly device?: { readonly code: string; readonly text: string };
  readonly errors?: readonly InputError[];
}

/** A limit on a property that was passed. */
export interface AlarmView {
  readonly id: string;
  /** The rule. */
  readonly alarm: string;
  readonly device: string;
  readonly property: string;
  readonly kind: 'high' | 'low' | 'deviation' | 'stale';
  readonly severity: 'warning' | 'critical';
  /** What it means and what to do, as the configuration says. */
  readonly message: string | null;
  readonly state: 'active' | 'acknowledged' | 'cleared';
  /** Somebody still has to see it: it holds, or nobody has acknowledged it. */
  readonly open: boolean;
  readonly value: unknown;
  readonly limit: number | null;
  /** What a deviation was measured from. */
  readonly reference: number | null;
  readonly unit: string | null;
  readonly firstRaisedAt: string;
  readonly raisedAt: string;
  /** How often it was raised before anybody acknowledged it. */
  readonly occurrences: number;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly clearedAt: string | null;
  readonly detail: string;
  readonly simulated: boolean;
  readonly links: Readonly<Record<string, string>>;
}

type Links<Name extends string> = Readonly<Record<Name, string>>;
