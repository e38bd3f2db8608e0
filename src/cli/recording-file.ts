import { BellcrankError } from '../errors.ts';
import { parseRecording, type Recording, recordingLimits } from '../recording/index.ts';
import { readTextFile } from '../definitions/files.ts';

/** Reads a recording. Throws `invalid-request` that names the file, and where in it something is wrong. */
export function readRecordingFile(file: string): Recording {
  const read = readTextFile(file, recordingLimits.characters);
  if ('failure' in read) throw new BellcrankError('invalid-request', `${file} ${read.failure}`);
  try {
    return parseRecording(read.text);
  } catch (error) {
    if (!(error instanceof BellcrankError)) throw error;
    throw new BellcrankError('invalid-request', `${file}: ${error.message}`, { cause: error });
  }
}
