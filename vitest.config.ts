import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Much of the time is waiting for browsers, processes, brokers and disks: three keep two processors busy.
const workers = Math.max(3, availableParallelism() - 1);

// No module keeps state, so files may share a process (`isolate: false`), which loads everything once: a second a file.
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'beside the code',
          include: ['src/**/*.test.ts', 'drivers/**/*.test.ts', 'simulators/**/*.test.ts', 'bench/**/*.test.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'across folders',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/measured/**', 'test/conformance/**'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          isolate: false,
          // These wait for brokers, lines and time-outs, and ask little of a processor.
          maxWorkers: workers + 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: ['test/measured/**/*.test.ts'],
          // What a test measures is its own only while nothing else runs: these come last, one after the other.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    maxWorkers: workers,
    testTimeout: 15_000,
    // What a test waits for comes later on a busy machine; only one that fails waits this long.
    expect: { poll: { timeout: 10_000 } },
    // A suite over a real broker advances a clock of its own, and a busy machine lets that run ahead: in CI it has another try.
    retry: process.env['BELLCRANK_REQUIRE_ALL'] === '1' ? 2 : 0,
    // The pool size must be known before libuv starts its threads; src/main.ts does the same for the service.
    env: { UV_THREADPOOL_SIZE: '64' },
  },
});
