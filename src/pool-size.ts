/**
 * Every open serial port can block a thread of libuv's pool, and with the usual four of them blocked no serial port
 * reads, no file is read and no name is resolved. libuv reads the size when the pool starts, so this comes first.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '64';
