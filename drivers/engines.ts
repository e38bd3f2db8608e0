/** What makes drivers of definitions. */
export { trust } from './declarative/definition/read.ts';
export { definitionJsonSchema } from './declarative/definition/json-schema.ts';
export { checksumAtEnd } from './declarative/template/checksums/find.ts';
export { textProtocol } from './declarative/dialect.ts';
export { definitionDriver } from './declarative/driver.ts';
export { topicMapDriver } from './declarative/topics/driver.ts';
export { topicMaps, trustTopicMap } from './declarative/topics/understand.ts';
export { crc16, modbusDriver, understandModbusMap } from './modbus/index.ts';
