import { expect, test } from 'vitest';
import { unreachable } from './unreachable.ts';

const failed = (cause: unknown): unknown => new TypeError('fetch failed', { cause });
const coded = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall });

test.each([
  ['no one listens', failed(coded('ECONNREFUSED')), 'no'],
  ['no such name', failed(coded('ENOTFOUND')), 'no'],
  ['no connection in time', failed(coded('UND_ERR_CONNECT_TIMEOUT')), 'no'],
  ['none of several addresses', failed(new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')])), 'no'],
  ['one of several addresses broke', failed(new AggregateError([coded('ECONNREFUSED'), coded('ECONNRESET')])), 'maybe'],
  ['a port that fetch connects to in no case', failed(new Error('bad port')), 'no'],
  ['no TLS there', failed(coded('ERR_SSL_WRONG_VERSION_NUMBER')), 'no'],
  ['it broke', failed(coded('ECONNRESET')), 'maybe'],
  ['the way there was lost while the answer was read', failed(coded('EHOSTUNREACH', 'read')), 'maybe'],
  ['the network went down while the request was written', failed(coded('ENETDOWN', 'write')), 'maybe'],
  ['no way there', failed(coded('EHOSTUNREACH', 'connect')), 'no'],
  ['the other side closed', failed(coded('UND_ERR_SOCKET')), 'maybe'],
  ['a browser, which does not say why', new TypeError('Failed to fetch'), 'maybe'],
  ['something else', 'x', 'maybe'],
])('%s', (_, error, sent) => {
  expect(unreachable('http://lab', error, false)).toMatchObject({
    sent,
    message: expect.stringContaining('http://lab'),
  });
});

test('https:// where http:// is spoken asks for that, in place of what OpenSSL says', () => {
  const { message } = unreachable('https://lab', failed(coded('ERR_SSL_WRONG_VERSION_NUMBER')), false);
  expect(message).toBe('https://lab cannot be reached: what answers there speaks no TLS; is http:// meant?');
});
