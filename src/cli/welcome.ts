import type { App } from './app.ts';
import type { Config, DeviceConfig } from '../config/index.ts';
import type { AnyDriver } from '../driver/contract.ts';
import { effectiveModel } from '../driver/effective.ts';
import type { Model } from '../driver/spec.ts';

type Request = (url: string) => string;

/** What the person who started the service reads: where it is, and requests that this very configuration answers. */
export function welcome(
  url: string,
  config: Config,
  drivers: readonly AnyDriver[],
  { access, trouble }: Pick<App, 'access' | 'trouble'>,
): string {
  const devices = Object.entries(config.devices).flatMap(([id, device]) => offered(id, device, drivers));
  const request: Request = access.isClosed() ? (to) => `${curl(to)} ${withKey}` : curl;
  const here = reachable(url);
  const requests = [
    request(`${here}/v1/devices`),
    ...(Object.keys(config.discovery).length > 0 ? [request(`${here}/v1/discovery`)] : []),
    ...devices.flatMap(({ id, model }) => propertyRequest(`${here}/v1/devices/${id}`, model, request)).slice(0, 1),
    ...devices.flatMap(({ id, model }) => commandRequest(`${here}/v1/devices/${id}`, model, request)).slice(0, 1),
  ];
  const simulated = Object.values(config.connections).some(({ kind }) => kind === 'simulate');
  const page = simulated ? [`What is simulated, and how to make it misbehave: ${here}/simulators`] : [];
  const about = [`Documentation ${here}/docs`, ...page, ...whoMayComeIn(access, config, here)];
  if (trouble() !== undefined) {
    const only = `It sends nothing but a stop until this is mended: ${trouble()}`;
    return ['', `Bellcrank serves ${url}`, ...about, '', only, '', ''].join('\n');
  }
  return ['', `Bellcrank serves ${url}`, ...about, '', 'Try:', ...requests, '', ''].join('\n');
}

/** Nobody is at the address that stands for all of them, and no certificate is for it. */
function reachable(url: string): string {
  return url.replace(/^(https?:\/\/)(0\.0\.0\.0|\[::\])(?=:|$)/, '$1localhost');
}

const withKey = '-H "Authorization: Bearer $BELLCRANK_API_KEY"';

/** Whoever is at its address asks it: where its store is, and whose, only the service may know. */
function whoMayComeIn(access: App['access'], { source }: Config, here: string): string[] {
  if (access.isInsecure()) {
    return ['INSECURE: anyone who reaches this address can move the devices (docs/access.md)'];
  }
  if (access.isClosed()) return [];
  const where = here.startsWith('http:') ? `--url ${shell(here)}` : `--config ${source}`;
  return [`Open to everybody on this machine; a key closes it: bellcrank keys create ${where} --name me --role admin`];
}

/** A device as clients see it, if it is opened at all. */
function offered(id: string, device: DeviceConfig, drivers: readonly AnyDriver[]): { id: string; model: Model }[] {
  const driver = drivers.find(({ model }) => model.name === device.driver);
  if (driver === undefined || !device.enabled) return [];
  return [{ id, model: effectiveModel(driver.model, device).model }];
}

function propertyRequest(url: string, { properties }: Model, request: Request): string[] {
  const readable = Object.entries(properties).find(([, { access }]) => access !== 'write');
  return readable === undefined ? [] : [request(`${url}/properties/${readable[0]}`)];
}

function commandRequest(url: string, { commands }: Model, request: Request): string[] {
  for (const [name, { examples }] of Object.entries(commands)) {
    const [example] = examples ?? [];
    if (example === undefined) continue;
    const body = `-H 'content-type: application/json' -d ${quote(JSON.stringify(example.params))}`;
    return [`${request(`${url}/commands/${name}`)} ${body}`];
  }
  return [];
}

function curl(url: string): string {
  // What it does not believe it says only when it is asked to.
  const quietly = url.startsWith('https:') ? '-sS' : '-s';
  return `  curl ${quietly} ${shell(url)}`;
}

function shell(url: string): string {
  return /^[\w:/.-]+$/.test(url) ? url : quote(url);
}

/** For a POSIX shell: nothing is special between single quotes but the quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
