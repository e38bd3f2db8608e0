import type { ErrorRule, Finding } from '../definition/definition.ts';
import { pathText } from '../../../src/yaml/place.ts';
import { warning } from '../definition/scope.ts';
import { scanTemplate } from '../template/index.ts';
import { sampleBytes } from './sample.ts';
import { distinct, type Rule } from './subject.ts';

/** Rules of one list that an earlier one of it leaves nothing for. */
export const unreachable: Rule = ({ uses, definition }) => {
  const lists = [...uses.map(({ exchange }) => exchange.errors), definition.unsolicited];
  return distinct(lists.flatMap(shadowed));
};

type Matching = Pick<ErrorRule, 'match' | 'path'>;

function shadowed(rules: readonly Matching[]): Finding[] {
  return rules.flatMap((rule, index) => {
    const message = sampleBytes(rule.match);
    if (message === undefined) return [];
    // An exchange's own rules come before the definition's on purpose.
    const before = rules
      .slice(0, index)
      .find((other) => isBeside(other, rule) && scanTemplate(other.match, message, {}).ok);
    return before === undefined
      ? []
      : [
          warning(
            [...rule.path, 'match'],
            `is never reached: ${pathText(before.path.map(String))} reads the same messages before it`,
          ),
        ];
  });
}

function isBeside(a: Matching, b: Matching): boolean {
  return a.path.slice(0, -1).join('.') === b.path.slice(0, -1).join('.');
}
