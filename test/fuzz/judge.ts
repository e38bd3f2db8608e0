import { expect } from 'vitest';
import { type ErrorCode } from '../../src/errors.ts';
import { problemPath, problemTypes } from '../../src/http/problem.ts';
import type { FuzzAnswer } from './answer.ts';
import type { Document, Operation } from './document.ts';
import type { FuzzRequest } from './requests.ts';

/** What a device may answer, or not answer: 5xx that no client can avoid, each where something asks a device. */
const ofDevices: readonly ErrorCode[] = [
  'device-failed',
  'verify-mismatch',
  'device-protocol',
  'connection-lost',
  'device-offline',
  'no-value',
  'identity-mismatch',
  'device-timeout',
  'expired',
];
const asksDevice = /^\/v1\/(devices\/[^/]+\/(commands|properties|raw|wot)|commands\/|simulators\/)/;

/** Fails unless an answer is one that the document has for the operation that the request led to, and a 5xx is one of a device's. */
export function judge(document: Document, request: FuzzRequest, answer: FuzzAnswer): void {
  const what = `${request.method} ${request.url.slice(0, 300)}: ${answer.status} ${answer.text.slice(0, 500)}`;
  const { pathname } = new URL(request.url, 'http://localhost');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const operation = document.find(method, pathname);
  if (answer.status < 400) return judgeResult(document, operation, request, answer, what);
  expect(answer.mediaType, what).toBe('application/problem+json');
  if (request.method === 'HEAD') return;
  expect(document.wrongProblem(answer.json), what).toBeUndefined();
  const { code, type } = answer.json as { code: ErrorCode; type: string };
  expect(problemTypes[code].status, what).toBe(answer.status);
  expect(type, what).toBe(problemPath(code));
  if (answer.status >= 500) expect(asksDevice.test(pathname) ? ofDevices : [], what).toContain(code);
}

/** Pages and files beside the API. */
const beside = /^\/($|simulators$|assets\/|docs|problems\/|openapi\.json$)/;

function judgeResult(
  document: Document,
  operation: Operation | undefined,
  request: FuzzRequest,
  answer: FuzzAnswer,
  what: string,
): void {
  if (operation === undefined) {
    const { pathname } = new URL(request.url, 'http://localhost');
    return expect(pathname, what).toMatch(beside);
  }
  const documented = operation.responses[String(answer.status)];
  expect(documented, what).toBeDefined();
  const { content } = documented ?? {};
  if (content === undefined) return expect(answer.text, what).toBe('');
  expect(Object.keys(content), what).toContain(answer.mediaType);
  if (request.method === 'HEAD') return;
  const body = answer.mediaType.endsWith('json') ? answer.json : answer.text;
  expect(document.wrong(operation, answer.status, answer.mediaType, body), what).toBeUndefined();
}
