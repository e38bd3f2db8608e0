/**
 * Asks the registry what is known against the packages of the lock file. Ends with 1 if that is high or critical; where the
 * registry does not answer such questions, it says so and ends with 0: nothing is known then, neither good nor bad.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Report {
  readonly auditReportVersion?: number;
  readonly message?: string;
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const { stdout } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], { cwd: root, encoding: 'utf8' });
const report = parsed(stdout);
if (report.auditReportVersion === undefined) {
  console.log(`npm audit: not checked; the registry does not answer (${report.message ?? 'no report'})`);
} else {
  const bad = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) => /high|critical/.test(severity));
  for (const [name, { severity, range }] of bad) console.log(`${severity}: ${name} ${range}`);
  console.log(`npm audit: ${bad.length} high or critical`);
  process.exitCode = bad.length > 0 ? 1 : 0;
}

function parsed(text: string): Report {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return {};
  }
}
