import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'drivers/**/*.test.ts',
      'simulators/**/*.test.ts',
      'test/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
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
