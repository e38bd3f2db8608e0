// A page of one's own: its files, the client for browsers, and everything below /v1 passed on to Bellcrank. To the browser
// that is one origin, which is all it may talk to. Put your own sign-in here: whoever gets past it moves devices.
import { createReadStream } from 'node:fs';
import { createServer, request } from 'node:http';

const bellcrank = new URL(process.env.BELLCRANK_URL ?? 'http://127.0.0.1:7080');
const page = new URL('page/', import.meta.url);
// The client is one file, which imports nothing.
const client = new URL(import.meta.resolve('bellcrank/client'));
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript' };

const server = createServer((incoming, answer) => {
  const { method, url = '/' } = incoming;
  if (!isOwn(incoming)) return void answer.writeHead(403).end();
  if (url.startsWith('/v1/')) return passOn(incoming, answer);
  const path = /^\/(bellcrank\/)?([\w/-]+\.(html|js))?$/.exec(url);
  if (method !== 'GET' || path === null) return void answer.writeHead(404).end();
  const [, isShared, name = 'index.html', kind = 'html'] = path;
  if (isShared && name !== 'client/index.js') return void answer.writeHead(404).end();
  const file = createReadStream(isShared ? client : new URL(name, page));
  file.once('error', () => answer.writeHead(404).end());
  file.once('open', () => file.pipe(answer.writeHead(200, { 'content-type': types[kind] })));
});

/** Pages of other sites can send here as well: what they send says where it comes from. */
function isOwn({ headers: { host = '', origin } }) {
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);
}

function passOn(incoming, answer) {
  const { method, url } = incoming;
  const { origin: _, ...own } = incoming.headers;
  const passed = request(new URL(url, bellcrank), { method, headers: { ...own, host: bellcrank.host } });
  passed.once('response', (response) => response.pipe(answer.writeHead(response.statusCode, response.headers)));
  passed.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  answer.once('close', () => passed.destroy());
  incoming.pipe(passed);
}

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
