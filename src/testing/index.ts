/** For tests of drivers: time that moves when told, and wires in memory. */
export { settle, VirtualClock } from './virtual-clock.ts';
export { memoryBytes, MemoryHub } from '../transport/memory.ts';
export { type RecordingCheck, recordingChecks, type RecordingChecks } from './recordings.ts';
