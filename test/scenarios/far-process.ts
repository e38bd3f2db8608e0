/** A toy device in a process of its own, so that a stalled event loop here does not stall it too. */
import { openPty } from '../../simulators/wire/pty.ts';
import { listenTcp } from '../../simulators/wire/tcp.ts';
import type { ByteConnection } from '../../src/driver/index.ts';
import { ToyDevice } from '../support/toy.ts';

const replyAfterMs = Number(process.argv[2]);
const toy = new ToyDevice();

/** Lets replies go `replyAfterMs` after they are due; the identity at once. */
function serve(far: ByteConnection): void {
  const slow: ByteConnection = new Proxy(far, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key === 'write') {
        return async (bytes: Uint8Array) => {
          if (!Buffer.from(bytes).toString().startsWith('TOY')) {
            await new Promise((resolve) => setTimeout(resolve, replyAfterMs));
          }
          await target.write(bytes);
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  toy.serve(slow);
}

const pty = await openPty();
serve(pty.far);
const listener = await listenTcp();
listener.onConnection(serve);
process.stdout.write(`${JSON.stringify({ path: pty.path, host: listener.host, port: listener.port })}\n`);
process.stdin.resume().on('end', () => process.exit(0));
