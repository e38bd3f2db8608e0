import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'beside the code',
          include: ['src/**/*.test.ts', 'drivers/**/*.test.ts', 'simulators/**/*.test.ts', 'bench/**/*.test.ts'],
          // No module keeps state, so files may share a process, which loads everything once: half the processor time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'across folders',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/measured/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: ['test/measured/**/*.test.ts'],
          // What a test measures is its own only while nothing else runs: these come last, one after the other.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    // Much of the time is waiting for processes, brokers and disks.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 15_000,
    // A suite over a real broker advances a clock of its own, and a busy machine lets that run ahead: in CI it has another try.
    retry: process.env['BELLCRANK_REQUIRE_ALL'] === '1' ? 2 : 0,
    // The pool size must be known before libuv starts its threads; src/main.ts does the same for the service.
    env: { UV_THREADPOOL_SIZE: '64' },
  },
});
