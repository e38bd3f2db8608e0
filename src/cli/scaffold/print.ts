import { BellcrankError } from '../../errors.ts';
import { type Recording, turnsOf } from '../../recording/index.ts';
import { draftMap } from './modbus/draft.ts';
import { conversationIn } from './modbus/conversation.ts';
import { draftTopics } from './mqtt/draft.ts';
import { draftText } from './text/print.ts';

/** A definition that answers to what was recorded, as YAML, for somebody to go on with. */
export function scaffold(recording: Recording, model: string): string {
  const turns = turnsOf(recording);
  if (turns.shape === 'messages') return draftTopics(recording, turns, model);
  if (turns.turns.length === 0) {
    throw new BellcrankError('invalid-request', 'nothing was sent in this recording, so there is nothing to draft');
  }
  const conversation = conversationIn(turns);
  return conversation === undefined ? draftText(recording, turns, model) : draftMap(recording, conversation, model);
}
