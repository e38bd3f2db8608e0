import { isoTime } from '../clock.ts';
import type { Lease } from '../command/leases/lease.ts';
import type { CommandRecord } from '../store/record.ts';
import type { DryRun } from '../command/dry-run.ts';
import type { CapturedWrite } from '../device/call.ts';
import type { Device } from '../device/device.ts';
import type { PropertySpec } from '../driver/spec.ts';
import type { CandidateView } from '../discovery/discovery.ts';
import { problemOf } from './problem.ts';

/** How resources look on the outside. Times are RFC 3339. */

export function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : isoTime(ms);
}

/** What is undefined is left out when it is written as JSON. */
export function commandView(record: CommandRecord): object {
  return {
    id: record.id,
    device: record.device,
    command: record.command,
    params: record.params,
    state: record.state,
    outcome: record.outcome,
    reason: record.reason,
    confirmation: record.confirmation ?? null,
    result: record.result,
    error: record.error,
    evidence: record.evidence,
    resolvedLate: record.resolvedLate,
    attempts: record.attempts,
    by: record.by,
    simulated: record.simulated,
    submittedAt: timeOf(record.submittedAt),
    sentAt: timeOf(record.sentAt),
    endedAt: timeOf(record.endedAt),
    links: { self: `/v1/commands/${record.id}`, device: `/v1/devices/${record.device}` },
  };
}

/** A command that was not sent, with what would have been. */
export function dryRunView({ submission, simulated, obstacles, writes, complete }: DryRun): object {
  const { device, command, params } = submission;
  return {
    dryRun: true,
    device,
    command,
    params,
    allowed: obstacles.length === 0,
    obstacles: obstacles.map((error) => problemOf(error)),
    writes: writes.map(writeView),
    complete,
    simulated,
    links: { device: `/v1/devices/${device}` },
  };
}

/** Bytes as hexadecimal digits, and as text where each is a character of its own (Latin-1). */
function writeView({ bytes, topic, payload }: CapturedWrite): object {
  if (bytes === undefined) return { topic, payload };
  const buffer = Buffer.from(bytes);
  return { hex: buffer.toString('hex'), text: buffer.toString('latin1') };
}

/** A device as it stands in a list. */
export function deviceView(device: Device): object {
  const { settings } = device;
  const self = `/v1/devices/${device.id}`;
  return {
    id: device.id,
    driver: settings.driver.model.name,
    model: device.model.name,
    connection: settings.driver.transports.includes('none') ? null : device.connectionName,
    labels: device.labels,
    state: device.state,
    ...(device.detail === undefined ? {} : { detail: device.detail }),
    stopped: device.latched,
    stoppedBy: device.latchedBy ?? null,
    simulated: device.simulated,
    managedBy: settings.managedBy,
    adopted: settings.adopted ?? null,
    lastSeenAt: timeOf(device.lastSeenAt),
    links: {
      self,
      properties: `${self}/properties`,
      model: `/v1/models/${settings.driver.model.name}`,
      openapi: `/openapi.json?device=${device.id}`,
      td: `${self}/td`,
    },
  };
}

/** A device on its own: with what can be done with it. */
export function deviceDetailView(device: Device, openAlarms: number): object {
  const { commands, properties, events, stop } = device.model;
  return {
    ...deviceView(device),
    identity: device.identity ?? null,
    enabled: device.settings.enabled,
    onShutdown: device.settings.onShutdown ?? 'leave',
    retries: device.settings.retries ?? 0,
    idleProbeMs: device.settings.idleProbeMs ?? null,
    options: device.settings.options,
    limits: device.settings.restrictions.limits ?? {},
    deny: device.settings.restrictions.deny ?? [],
    unmatched: device.unmatched,
    openAlarms,
    waiting: device.lane.waiting,
    commands,
    properties,
    events,
    stop: stop ?? null,
  };
}

/** A lease as everybody may see it: the token is its holder's alone. */
export function leaseView(device: Device, lease: Lease): object {
  const self = `/v1/devices/${device.id}`;
  return {
    device: device.id,
    ...lease,
    grantedAt: timeOf(lease.grantedAt),
    expiresAt: timeOf(lease.expiresAt),
    simulated: device.simulated,
    links: { self: `${self}/lease`, device: self },
  };
}

export function propertyView(device: Device, name: string, spec: PropertySpec): object {
  const self = `/v1/devices/${device.id}`;
  return { ...readingView(device, name, spec), links: { self: `${self}/properties/${name}`, device: self } };
}

/** A property where nothing else of its device is told. */
export function readingView(device: Device, name: string, spec: PropertySpec): object {
  const unit = spec.schema['unit'];
  const { value, at, quality, error } = device.reading(name);
  return {
    name,
    value,
    unit: typeof unit === 'string' ? unit : null,
    at: timeOf(at),
    quality,
    source: sourceOf(spec),
    error: spec.access === 'write' ? undefined : error,
    simulated: device.simulated,
  };
}

function sourceOf(spec: PropertySpec): string {
  if (spec.access === 'write') return 'write-only';
  return spec.source === 'pushed' ? 'pushed' : 'polled';
}

/** A device that announces itself. */
export function candidateView(candidate: CandidateView): object {
  const { id, device, unsupported } = candidate;
  const adoptable = device === undefined && unsupported === undefined;
  return {
    id,
    connection: candidate.connection,
    dialect: candidate.dialect,
    identity: candidate.identity,
    name: candidate.name,
    manufacturer: candidate.manufacturer ?? null,
    model: candidate.model ?? null,
    version: candidate.version ?? null,
    summary: candidate.summary ?? null,
    options: candidate.options,
    state: candidate.state,
    unsupported: unsupported ?? null,
    device: device?.id ?? null,
    dismissed: candidate.dismissed,
    refusal: candidate.refusal ?? null,
    simulated: candidate.simulated,
    firstSeenAt: timeOf(candidate.firstSeenAt),
    lastSeenAt: timeOf(candidate.lastSeenAt),
    adopt: adoptable ? { candidate: id } : null,
    links: { self: `/v1/discovery/${id}`, ...(device === undefined ? {} : { device: `/v1/devices/${device.id}` }) },
  };
}
