import type { Opener } from '../../src/device/link.ts';
import { MemoryHub } from '../../src/transport/memory.ts';

/** A broker in memory, and a connection to it that can be refused and lost. */
export class HubLine {
  readonly hub = new MemoryHub();
  down = false;
  opens = 0;
  near: ReturnType<MemoryHub['connect']> | undefined;

  readonly opener: Opener = {
    transport: 'memory',
    shape: 'messages',
    label: 'memory hub',
    simulated: true,
    open: async () => {
      if (this.down) throw new Error('the broker is down');
      this.opens++;
      this.near = this.hub.connect();
      return this.near;
    },
  };

  lose(): void {
    this.near?.lose(new Error('the broker went'));
  }

  publish(topic: string, value: unknown, retain = true): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    this.hub.publish(topic, Buffer.from(text), { retain });
  }
}
