import type { FastifyInstance } from 'fastify';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Listens, and resolves with where. `localhost` is every address of that name, as browsers try them all. */
export async function listenOn(app: FastifyInstance, host: string, port: number): Promise<{ readonly url: string }> {
  await app.listen({ host, port });
  const main = app.server.address() as AddressInfo; // it listens on a port
  if (host === 'localhost') await others(app, main);
  const scheme = 'setSecureContext' in app.server ? 'https' : 'http';
  const name = main.family === 'IPv6' ? `[${main.address}]` : main.address;
  return { url: `${scheme}://${name}:${main.port}` };
}

/** What comes in elsewhere is handed to the one server, which has all bounds and the certificate. */
async function others(app: FastifyInstance, main: AddressInfo): Promise<void> {
  const found = await lookup('localhost', { all: true }).catch(() => []);
  for (const address of new Set(found.map((each) => each.address))) {
    if (address === main.address) continue;
    const server = createServer({ keepAlive: true, noDelay: true, allowHalfOpen: true }, (socket) =>
      app.server.emit('connection', socket),
    );
    app.server.once('close', () => server.close());
    await listening(server, address, main.port);
  }
}

/** Where it cannot listen there is nobody to be told: the name has an address that this machine has not. */
async function listening(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening').catch(() => server.close());
}
