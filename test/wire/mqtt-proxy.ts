import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { PacketReader, type PacketType } from './mqtt-packets.ts';

/** Stands between a client and its broker: records, cuts, holds back. */
export class MqttProxy {
  readonly url: string;
  /** What clients sent, over all connections: `connect`, `publish a/b`, … */
  readonly sent: string[] = [];
  /** Cuts both sides just before it would hand on a packet of this type to the client; once. */
  cutBefore: PacketType | undefined;
  /** Holds back every packet of this type from the broker. */
  holdBack: PacketType | undefined;
  readonly #held: (() => void)[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    // A server on a port has an address once it listens.
    this.url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(brokerPort: number): Promise<MqttProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new MqttProxy(server);
    server.on('connection', (client) => proxy.#join(client, createConnection(brokerPort, '127.0.0.1')));
    onTestFinished(() => proxy.close());
    return proxy;
  }

  /** How many packets are held back. */
  get held(): number {
    return this.#held.length;
  }

  /** Hands on what was held back. */
  release(): void {
    this.holdBack = undefined;
    for (const send of this.#held.splice(0)) send();
  }

  /** Stops reading from clients, as a broker that hangs. */
  deafen(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #join(client: Socket, broker: Socket): void {
    const cut = (): void => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    const fromClient = new PacketReader();
    client.on('data', (chunk: Buffer) => {
      for (const { type, topic, bytes } of fromClient.read(chunk)) {
        this.sent.push(topic === undefined ? type : `${type} ${topic}`);
        broker.write(bytes);
      }
    });
    const fromBroker = new PacketReader();
    broker.on('data', (chunk: Buffer) => {
      for (const { type, bytes } of fromBroker.read(chunk)) {
        if (type === this.cutBefore) {
          this.cutBefore = undefined;
          return cut();
        }
        if (type === this.holdBack) this.#held.push(() => client.write(bytes));
        else client.write(bytes);
      }
    });
  }
}
