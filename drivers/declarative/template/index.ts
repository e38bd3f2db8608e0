/** What messages are, and how they are printed and read. Pure; imports nothing of the rest of the engine. */
export { fieldsOf, inputOnly, isFrame, type FieldUse } from './fields.ts';
export { parseBytes, parseTemplate } from './parse.ts';
export { printTemplate } from './print.ts';
export { roundTrip } from './round-trip.ts';
export { sameValue } from './same.ts';
export { scanTemplate } from './scan.ts';
export * from './template.ts';
export { membersOf, typeOf, withTypes } from './types.ts';
export { wrapTemplate } from './wrap.ts';
