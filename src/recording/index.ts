export { escaped } from './escapes.ts';
export { parseRecording } from './parse.ts';
export { printEvent, printHeader, printRecording } from './print.ts';
export * from './recording.ts';
export * from './turns.ts';
