import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startService } from '../process/service.ts';
import { temporaryFolder } from '../wire/support.ts';

/** By itself V8 does it when there has been no whole collection for 100 s. */
const soonMs = 60_000;

test('what a start left behind is given back soon after it', { timeout: 2 * soonMs }, async () => {
  const config = join(temporaryFolder(), 'bellcrank.yaml');
  writeFileSync(config, '{}\n');
  const service = await startService(config, {}, { flags: ['--trace-gc'] });
  await vi.waitFor(() => expect(service.stdout()).toContain('Mark-Compact (reduce)'), {
    timeout: soonMs,
    interval: 200,
  });
});
