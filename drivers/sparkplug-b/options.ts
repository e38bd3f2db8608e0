import type { Value } from '../../src/driver/index.ts';
import type { sparkplugOptions } from './model.ts';

/** Of one node or device. */
export type SparkplugOptions = Value<typeof sparkplugOptions>;
