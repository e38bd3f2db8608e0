import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** An address that stays while what is behind it goes and comes back. */
export interface Relay {
  readonly url: string;
  /** Where it leads from now on; connections that there are stay as they are. */
  to(url: string): void;
  /** Ends every connection, as a cable that is pulled; with `closed` new ones are ended at once. */
  cut(closed?: boolean): void;
  /** Lets new ones through again. */
  mend(): void;
}

export async function relay(url: string): Promise<Relay> {
  let target = Number(new URL(url).port);
  let isClosed = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (isClosed) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const cut = (closed = false): void => {
    isClosed = closed;
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    cut(true);
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    to: (other) => (target = Number(new URL(other).port)),
    cut,
    mend: () => (isClosed = false),
  };
}
