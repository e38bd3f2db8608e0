export { checkModbusMap, type ModbusFinding } from './check.ts';
export { modbusDriver } from './driver.ts';
export { type ModbusMap, modbusMapSchema, modelOf, optionsSchema } from './model.ts';
export { oven } from './oven.ts';
export { crc16 } from './rtu.ts';
export { understandModbusMap, type UnderstoodMap } from './understand.ts';
