import { sparkplugDevice } from '../support/mqtt/sparkplug-b.ts';
import { messageDeviceConformance } from './message-device.ts';

// The node has a file of its own, so that both wait at once: who is asked for its birth is asked again a second later.
messageDeviceConformance(sparkplugDevice);
