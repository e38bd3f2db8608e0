import type { FarClient, FarMessage } from '../../../simulator.ts';
import { type MessageFrame, saidFrame } from './message-frame.ts';
import type { MessageContext, MessageStage } from './message-stage.ts';

export function nak({ fault, trigger, live, onward, its, client }: MessageContext<'nak'>): MessageStage {
  return {
    heard(frame) {
      if (!trigger.heard(frame)) return onward.heard(frame);
      const words = frame.message && its.nak?.(frame.message);
      if (words === undefined) return onward.heard(frame);
      live.act(frame.topic);
      const said: FarMessage =
        fault.text === undefined ? words : { ...words, payload: Buffer.from(fault.text, 'latin1') };
      onward.said(saidFrame(client, said));
    },
  };
}

/**
 * Loses what acknowledges the message that was heard. The device tells which that is, if it can; else it is all that it
 * says at once when it hears one, or the first thing that it says later.
 */
export function lostAck({ trigger, live, onward, its }: MessageContext<'lost-ack'>): MessageStage {
  let awaited: MessageFrame['message'];
  let isHearing = false;
  let isLost = false;
  const isAck = (frame: MessageFrame): boolean => {
    if (awaited === undefined || (isLost && !isHearing)) return false;
    return its.acknowledges?.(frame, awaited) ?? true;
  };
  return {
    heard(frame) {
      awaited = trigger.heard(frame) ? frame.message : undefined;
      isLost = false;
      isHearing = true;
      onward.heard(frame);
      isHearing = false;
    },
    said(frame) {
      if (!isAck(frame)) return onward.said(frame);
      if (!isLost) live.act(frame.topic);
      isLost = true;
    },
  };
}

/**
 * Another device of the kind in its place. Where the fault is not about single messages, the one is unplugged and the
 * other plugged in, which greets; else it is there all the time, and talks when it is asked.
 */
export function wrongDevice({
  live,
  trigger,
  onward,
  its,
  client,
  isFresh,
}: MessageContext<'wrong-device'>): MessageStage {
  let isAsked = !live.isOfFrames;
  let isOver = false;
  const isThere = (): boolean => isAsked && live.isDue && !isOver;
  const place: FarClient = {
    publish(topic, payload, options = {}) {
      if (isThere()) onward.said(saidFrame(client, { topic, payload, options }));
    },
    subscribe(filter, listener) {
      client.subscribe(filter, (message) => {
        if (isThere()) listener(message);
      });
    },
  };
  const leave = (): void => void (isOver = true);
  return {
    begin() {
      if (live.isOfFrames || (isFresh && isThere())) its.impostor().serve(place);
    },
    heard(frame) {
      if (live.isOfFrames) isAsked = trigger.heard(frame);
      if (isThere()) live.act(frame.topic);
      else onward.heard(frame);
    },
    said(frame) {
      if (!isThere()) onward.said(frame);
    },
    release: leave,
    close: leave,
  };
}
