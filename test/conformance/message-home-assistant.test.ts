import { homeAssistantDialects } from '../support/mqtt/home-assistant.ts';
import { messageDeviceConformance } from './message-device.ts';

for (const dialect of homeAssistantDialects) messageDeviceConformance(dialect);
