import { validate } from '../../../../src/driver/index.ts';
import type { Finding } from '../../definition/definition.ts';
import { error } from '../../definition/scope.ts';
import type { TopicMapSource } from '../topic-map.ts';
import type { ReportExample } from './example-report.ts';
import { ExampleRun } from './example-run.ts';

/**
 * Runs a map's examples without a broker: what the driver would publish is `send`, and what it makes of `reply` is
 * exactly what the example says.
 */
export function checkExamples(source: TopicMapSource): Finding[] {
  const { map, options } = source.largest;
  return map.examples.flatMap((example) => {
    const findings: Finding[] = [];
    const report: ReportExample = (detail, key, name) => {
      const path = [...example.path, ...[key, name].filter((part) => part !== undefined)];
      findings.push(error(path, detail));
    };
    const [wrong] = validate(map.optionsSchema, { ...options, ...example.options });
    if (wrong !== undefined) report(`are no options of the device: ${wrong.pointer} ${wrong.detail}`, 'options');
    else new ExampleRun(source.compile({ ...options, ...example.options }), example, report).run();
    return findings;
  });
}
