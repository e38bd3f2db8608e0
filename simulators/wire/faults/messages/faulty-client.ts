import type { Message } from '../../../../src/driver/index.ts';
import type { FarClient, FarPublishOptions } from '../../../simulator.ts';
import { Chain } from '../chain.ts';
import type { LiveFault } from '../live-fault.ts';
import type { Line, Shared } from '../stage.ts';
import { heardFrame, type MessageFrame, messageTrigger, saidFrame } from './message-frame.ts';
import type { MessageDevice } from './message-stage.ts';
import { messageStageOf } from './stages.ts';

export interface FaultyClientParts {
  readonly client: FarClient;
  readonly device: Shared;
  readonly its: MessageDevice;
  readonly onFull: () => void;
}

/** A broker takes what is published whether the device reads it or not. */
const line: Line = { pause: () => () => {} };

/** The broker as the simulated device sees it, with faults between them. */
export class FaultyClient implements FarClient {
  readonly #client: FarClient;
  readonly #chain: Chain<MessageFrame>;
  #isFresh = true;
  #isOpen = true;

  constructor({ client, device, its, onFull }: FaultyClientParts) {
    this.#client = client;
    const go = (frame: MessageFrame): void => {
      if (this.#isOpen) frame.go();
    };
    this.#chain = new Chain<MessageFrame>({
      clock: device.clock,
      ends: { said: go, heard: go },
      onFull,
      slot: (live, onward, holding) => {
        const trigger = messageTrigger(live);
        const of = { fault: live.fault, live, trigger, onward, holding, line, device };
        return { trigger, stage: messageStageOf({ ...of, its, client, isFresh: this.#isFresh }) };
      },
    });
  }

  setFaults(faults: readonly LiveFault[]): void {
    if (this.#isOpen) this.#chain.set(faults);
    this.#isFresh = false;
  }

  publish(topic: string, payload: Uint8Array | string, options: FarPublishOptions = {}): void {
    if (this.#isOpen) this.#chain.said(saidFrame(this.#client, { topic, payload, options }));
  }

  subscribe(filter: string, listener: (message: Message) => void): void {
    this.#client.subscribe(filter, (message) => {
      if (this.#isOpen) this.#chain.heard(heardFrame(message, listener));
    });
  }

  /** The connection is over; what is held back is lost. */
  end(): void {
    this.#isOpen = false;
    this.#chain.close();
  }
}
