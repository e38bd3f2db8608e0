import { esphomeNumber, esphomeSwitch } from '../support/mqtt/esphome.ts';
import { messageDeviceConformance } from './message-device.ts';

messageDeviceConformance(esphomeNumber);
messageDeviceConformance(esphomeSwitch);
