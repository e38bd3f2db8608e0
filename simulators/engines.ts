/** What makes simulators of definitions, and the oven, whose map is one. */
export { definitionSimulator } from './declarative/index.ts';
export { topicMapSimulator } from './declarative/topics/index.ts';
export { modbusSimulator, ovenSimulator } from './modbus/index.ts';
