/**
 * Opening, flushing and closing a serial port can each block a thread of libuv's pool, and with the usual four of them
 * blocked no other port is opened, no file is read and no name is resolved. libuv reads the size when the pool starts, so this comes first.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '64';
