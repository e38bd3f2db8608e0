/** What must be set before anything else runs. */
import { setFlagsFromString } from 'node:v8';

/**
 * Opening, flushing and closing a serial port can each block a thread of libuv's pool, and with the usual four of them
 * blocked no other port is opened, no file is read and no name is resolved. libuv reads the size when the pool starts.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '64';

/**
 * V8 makes at once among the old what it expects to live long, and expects it of all that is under way together in one
 * collection. A hundred commands end within milliseconds and are dead then among the old, where they hold all that came
 * after them until the next whole collection (docs/performance.md).
 */
setFlagsFromString('--no-allocation-site-pretenuring');
