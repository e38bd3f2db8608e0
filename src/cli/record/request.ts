import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { messageOf } from '../../errors.ts';
import { isRecord } from '../../yaml/schema-walk.ts';
import { exitCodes } from '../context.ts';
import { CliFailure } from '../remote/failure.ts';
import type { Service } from '../remote/service.ts';

/** Longest that the service may take to begin its answer. */
const answerMs = 10_000;

/** The recording of a device, as it begins. Not by `fetch`, which gives up an answer that is silent for minutes. */
export async function followTrace(device: string, service: Service, signal: AbortSignal): Promise<IncomingMessage> {
  const { connection } = service;
  const response = await ask(`v1/devices/${encodeURIComponent(device)}/trace?follow=true`, service, signal);
  const { statusCode, headers } = response;
  if (statusCode === 200 && headers['content-type']?.startsWith('text/plain') === true) return response;
  const detail = await detailOf(response);
  throw new CliFailure(exitCodes.problem, `${connection.url} does not record: ${detail}`);
}

/** Resolves when the answer begins. */
async function ask(
  path: string,
  { connection: { url, apiKey }, context: { clock } }: Service,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const begin = url.startsWith('https:') ? requestHttps : requestHttp;
  const headers = {
    accept: 'text/plain, application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  const request = begin(new URL(path, url), { agent: false, signal, headers });
  request.end();
  const tooLong = clock.timer(answerMs, () => request.destroy(new Error(`no answer within ${answerMs} ms`)));
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage]; // node:http says so
    // What goes wrong later is told by the response.
    request.on('error', () => {});
    return response;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new CliFailure(exitCodes.unreachable, `${url} cannot be reached: ${messageOf(error)}`);
  } finally {
    tooLong.cancel();
  }
}

/** What an answer says of itself that is no recording; its beginning is enough for that. */
async function detailOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > 10_000) break;
  }
  return detailIn(text) ?? `it answers ${String(response.statusCode)}`;
}

function detailIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) && typeof body['detail'] === 'string' ? body['detail'] : undefined;
  } catch {
    return undefined;
  }
}
