import { BellcrankError } from '../../../errors.ts';
import type { Recording, Turns } from '../../../recording/index.ts';

export function draftTopics(_recording: Recording, _turns: Turns, _model: string): string {
  throw new BellcrankError('invalid-request', 'this is a recording of MQTT messages; only byte streams can be drafted');
}
