import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * A port where nobody listens, and that nobody gets by chance before it is used: not of those that the kernel gives to
 * whoever listens on any, or connects to somebody.
 */
export async function freePort(except?: number): Promise<number> {
  // Clients refuse some that are well known, of which 10080 is the last.
  const port = randomInt(10_081, firstOfTheKernel());
  if (port === except) return await freePort(except);
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(port, '127.0.0.1');
  try {
    await listening;
  } catch {
    return await freePort(except);
  }
  server.close();
  await once(server, 'close');
  return port;
}

function firstOfTheKernel(): number {
  return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
}
