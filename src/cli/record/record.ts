import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { type Command, InvalidArgumentError } from 'commander';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { suggestion } from '../../yaml/suggest.ts';
import type { Surroundings, ExitCode } from '../context.ts';
import { type Output, toFile, toStandardOutput } from './output.ts';
import { ask, jsonOf, RecordFailure } from './request.ts';

/** Timers count no further; it is 23 days. */
const maxSeconds = 2_000_000;

interface RecordOptions {
  readonly url: URL;
  readonly out?: string;
  readonly seconds?: number;
  readonly force?: true;
  readonly reconnect?: true;
}

export function addRecord(program: Command, context: Surroundings, finish: (code: ExitCode) => void): void {
  program
    .command('record')
    .description('write down what passes on the wire of a device of a running service, until it is interrupted')
    .argument('<device>', 'the identifier of the device')
    .option('--url <url>', 'where the service is', serviceUrl, new URL('http://127.0.0.1:7080'))
    .option('-o, --out <file>', 'write to this file in place of the standard output')
    .option('--seconds <number>', 'end after so many', seconds)
    .option('--force', 'overwrite the file')
    .option('--reconnect', 'have the device attached anew, so that what it is asked then is recorded too')
    .action(async (device: string, options: RecordOptions) => finish(await record(device, options, context)));
}

async function record(device: string, options: RecordOptions, context: Surroundings): Promise<ExitCode> {
  const { clock, shutdown, out, err } = context;
  const enough = new AbortController();
  const signal = AbortSignal.any([shutdown, enough.signal]);
  let output: Output | undefined;
  try {
    const response = await begin(device, options.url, clock, signal);
    output = options.out === undefined ? toStandardOutput(out) : await toFile(options.out, options.force === true);
    const timer = options.seconds === undefined ? undefined : clock.timer(options.seconds * 1000, () => enough.abort());
    if (options.out !== undefined) err(`recording ${device} to ${options.out}; interrupt it (Ctrl+C) to end\n`);
    const copied = copy(response, output, signal).finally(() => timer?.cancel());
    if (options.reconnect === true) await Promise.all([copied, reconnect(device, options.url, clock, signal)]);
    const isWhole = await copied;
    if (isWhole) return 0;
    err('the recording ended before it was interrupted; its last line says why, where that is known\n');
    return 1;
  } catch (error) {
    if (signal.aborted) return 0;
    err(`${messageOf(error)}\n`);
    return 1;
  } finally {
    enough.abort();
    await output?.close();
  }
}

/** The recording, as it begins. */
async function begin(device: string, url: URL, clock: Clock, signal: AbortSignal): Promise<IncomingMessage> {
  const response = await ask(at(url, `v1/devices/${encodeURIComponent(device)}/trace?follow=true`), clock, signal);
  if (response.statusCode === 200 && response.headers['content-type']?.startsWith('text/plain') === true) {
    return response;
  }
  const body = await jsonOf(response);
  if (response.statusCode === 404) {
    throw new RecordFailure(`there is no device ${JSON.stringify(device)}${await hint(device, url, clock, signal)}`);
  }
  throw new RecordFailure(`${url.origin} does not record: ${detailOf(body, response)}`);
}

/** What a driver asks while it attaches is asked once, as a rule before anybody records. */
async function reconnect(device: string, url: URL, clock: Clock, signal: AbortSignal): Promise<void> {
  const response = await ask(at(url, `v1/devices/${encodeURIComponent(device)}/reconnect`), clock, signal, 'POST');
  const body = await jsonOf(response);
  if (response.statusCode === 202) return;
  throw new RecordFailure(`${url.origin} does not reconnect ${device}: ${detailOf(body, response)}`);
}

/** Which device may have been meant. */
async function hint(device: string, url: URL, clock: Clock, signal: AbortSignal): Promise<string> {
  const response = await ask(at(url, 'v1/devices?limit=500'), clock, signal);
  const items = field(await jsonOf(response), 'items');
  if (!Array.isArray(items)) return `; is there a Bellcrank at ${url.href}?`;
  const ids = items.map((item) => field(item, 'id')).filter((id) => typeof id === 'string');
  return suggestion(device, ids);
}

/** False if it ended by itself. */
async function copy(response: IncomingMessage, output: Output, signal: AbortSignal): Promise<boolean> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of response) {
      const text = rest + decoder.write(chunk as Buffer); // no encoding was set
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      if (end > 0) await output.write(text.slice(0, end));
    }
  } catch (error) {
    if (error instanceof RecordFailure) throw error;
  }
  // An event that is cut off in the middle is none.
  return signal.aborted;
}

/** Below what it stands behind, if it stands behind something. */
function at(url: URL, path: string): URL {
  return new URL(path, url.href.endsWith('/') ? url : `${url.href}/`);
}

function detailOf(body: unknown, { statusCode }: IncomingMessage): string {
  const detail = field(body, 'detail');
  return typeof detail === 'string' ? detail : `it answers ${String(statusCode)}`;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1] as unknown;
}

function serviceUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new InvalidArgumentError('It must begin with http:// or https://.');
}

function seconds(text: string): number {
  const number = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (number > 0 && number <= maxSeconds) return number;
  throw new InvalidArgumentError(`It must be a number of seconds, ${maxSeconds} at most.`);
}
