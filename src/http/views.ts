import type { CommandRecord } from '../command/record.ts';
import type { Device } from '../device/device.ts';
import type { PropertySpec } from '../driver/spec.ts';

/** How resources look on the outside. Times are RFC 3339. */

export function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

export function commandView(record: CommandRecord): object {
  const { declared: _, submittedAt, sentAt, endedAt, ...fields } = record;
  return {
    ...fields,
    submittedAt: timeOf(submittedAt),
    sentAt: timeOf(sentAt),
    endedAt: timeOf(endedAt),
    links: { self: `/v1/commands/${record.id}`, device: `/v1/devices/${record.device}` },
  };
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
    labels: settings.labels,
    state: device.state,
    ...(device.detail === undefined ? {} : { detail: device.detail }),
    stopped: device.latched,
    simulated: device.simulated,
    managedBy: settings.managedBy,
    lastSeenAt: timeOf(device.lastSeenAt),
    links: {
      self,
      properties: `${self}/properties`,
      model: `/v1/models/${device.model.name}`,
      openapi: `/openapi.json?device=${device.id}`,
    },
  };
}

/** A device on its own: with what can be done with it. */
export function deviceDetailView(device: Device): object {
  const { commands, properties, events, stop } = device.model;
  return {
    ...deviceView(device),
    options: device.settings.options,
    unmatched: device.unmatched,
    waiting: device.lane.waiting,
    commands,
    properties,
    events,
    stop: stop ?? null,
  };
}

export function propertyView(device: Device, name: string, spec: PropertySpec): object {
  const unit = spec.schema['unit'];
  const common = {
    name,
    unit: typeof unit === 'string' ? unit : null,
    simulated: device.simulated,
    links: { self: `/v1/devices/${device.id}/properties/${name}`, device: `/v1/devices/${device.id}` },
  };
  if (spec.access === 'write') return { ...common, value: null, at: null, quality: 'bad', source: 'write-only' };
  const { value, at, quality, error } = device.reading(name);
  return {
    ...common,
    value,
    at: timeOf(at),
    quality,
    source: spec.source === 'pushed' ? 'pushed' : 'polled',
    ...(error === undefined ? {} : { error }),
  };
}
