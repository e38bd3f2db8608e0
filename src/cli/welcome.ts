import type { Config, DeviceConfig } from '../config/index.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import type { Model } from '../driver/spec.ts';

/** What the person who started the service reads: where it is, and requests that this very configuration answers. */
export function welcome(url: string, config: Config, drivers: readonly AnyDriver[]): string {
  const devices = Object.entries(config.devices).flatMap(([id, device]) => offered(id, device, drivers));
  const requests = [
    curl(`${url}/v1/devices`),
    ...(Object.keys(config.discovery).length > 0 ? [curl(`${url}/v1/discovery`)] : []),
    ...devices.flatMap(({ id, model }) => propertyRequest(`${url}/v1/devices/${id}`, model)).slice(0, 1),
    ...devices.flatMap(({ id, model }) => commandRequest(`${url}/v1/devices/${id}`, model)).slice(0, 1),
  ];
  const simulated = Object.values(config.connections).some(({ kind }) => kind === 'simulate');
  const page = simulated ? [`What is simulated, and how to make it misbehave: ${url}/simulators`] : [];
  return ['', `Bellcrank serves ${url}`, `Documentation ${url}/docs`, ...page, '', 'Try:', ...requests, '', ''].join(
    '\n',
  );
}

/** A device as clients see it, if it is opened at all. */
function offered(id: string, device: DeviceConfig, drivers: readonly AnyDriver[]): { id: string; model: Model }[] {
  const driver = drivers.find(({ model }) => model.name === device.driver);
  if (driver === undefined || !device.enabled) return [];
  return [{ id, model: effectiveModel(driver.model, device).model }];
}

function propertyRequest(url: string, { properties }: Model): string[] {
  const readable = Object.entries(properties).find(([, { access }]) => access !== 'write');
  return readable === undefined ? [] : [curl(`${url}/properties/${readable[0]}`)];
}

function commandRequest(url: string, { commands }: Model): string[] {
  for (const [name, { examples }] of Object.entries(commands)) {
    const [example] = examples ?? [];
    if (example === undefined) continue;
    const body = `-H 'content-type: application/json' -d ${quote(JSON.stringify(example.params))}`;
    return [`${curl(`${url}/commands/${name}`)} ${body}`];
  }
  return [];
}

function curl(url: string): string {
  return `  curl -s ${/^[\w:/.-]+$/.test(url) ? url : quote(url)}`;
}

/** For a POSIX shell: nothing is special between single quotes but the quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
