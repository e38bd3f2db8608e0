import type { CommandRecord } from '../../store/record.ts';

/** Commands that have been told of and have not ended. The lanes bound how many there are. */
export class UnderWay {
  readonly #byDevice = new Map<string, Map<string, CommandRecord>>();

  /** Takes what was told of a command. */
  take(record: CommandRecord): void {
    const { device, id } = record;
    const its = this.#byDevice.get(device) ?? new Map<string, CommandRecord>();
    if (record.state === 'ended') its.delete(id);
    else this.#byDevice.set(device, its.set(id, record));
    if (its.size === 0) this.#byDevice.delete(device);
  }

  /** Those of a device, oldest first. */
  of(device: string): readonly CommandRecord[] {
    return [...(this.#byDevice.get(device)?.values() ?? [])];
  }

  find({ device, id }: Pick<CommandRecord, 'device' | 'id'>): CommandRecord | undefined {
    return this.#byDevice.get(device)?.get(id);
  }
}
