import { latin1, quoted } from '../../../src/driver/index.ts';
import type { Finding, Path } from '../definition/definition.ts';
import { pathText } from '../../../src/yaml/place.ts';
import { error, warning } from '../definition/scope.ts';
import { scanTemplate, type Template } from '../template/index.ts';
import { sampleMessages } from './sample.ts';
import { distinct, expectPath, type Subject, type Use } from './subject.ts';

/**
 * Replies that two rules claim. Error rules and unsolicited ones are tried first, so that whatever `expect` reads must
 * not be read by them. Decided by a message that one template prints, and the other reads.
 */
export function overlaps(subject: Subject): Finding[] {
  const { uses, definition } = subject;
  return distinct([
    ...claims(uses.flatMap((use) => claimedByErrors(subject, use))),
    ...uses.flatMap((use) => [...claimedByUnsolicited(subject, use), ...notYet(use)]),
    ...uses.flatMap(({ exchange }) =>
      exchange.errors.flatMap(({ match, path }) =>
        definition.unsolicited.flatMap((other) => {
          const example = claimed(other.match, match);
          return example === undefined ? [] : [taken([...path, 'match'], example, other.path, 'is never seen here')];
        }),
      ),
    ),
  ]);
}

/** A reply that an error rule reads as well. */
interface Claim {
  readonly path: Path;
  readonly example: string;
  readonly by: Path;
}

/** From so many on it is the rule that is wrong, and not each reply. */
const many = 3;

function claims(all: readonly Claim[]): Finding[] {
  const rules = Map.groupBy(all, ({ by }) => pathText(by.map(String)));
  return [...rules.values()].flatMap((claimed) => {
    const [first] = claimed;
    const places = new Set(claimed.map(({ path }) => pathText(path.map(String))));
    if (first === undefined || places.size < many) {
      return claimed.map(({ path, example, by }) => taken(path, example, by, 'would be taken for an error'));
    }
    const [place] = places;
    const detail = `reads ${places.size} replies that are none as well, as ${first.example} of ${place}`;
    return [error([...first.by, 'match'], detail)];
  });
}

function claimedByErrors(subject: Subject, { exchange, wanted, params }: Use): Claim[] {
  const [first] = exchange.expect;
  if (first === undefined) return [];
  return exchange.errors.flatMap(({ match, path }) => {
    const example = claimed(match, first, { ...wanted, ...params });
    if (example === undefined) return [];
    return [{ path: expectPath(subject, exchange, 0), example, by: path }];
  });
}

function claimedByUnsolicited(subject: Subject, { exchange, wanted, params }: Use): Finding[] {
  return exchange.expect.flatMap((template, index) => {
    return subject.definition.unsolicited.flatMap(({ match, path }) => {
      const example = claimed(match, template, { ...wanted, ...params });
      if (example === undefined) return [];
      return [taken(expectPath(subject, exchange, index), example, path, 'would never answer')];
    });
  });
}

/** A reply that means "not yet" and also what is waited for. */
function notYet({ repeat, exchange }: Use): Finding[] {
  const [first] = exchange.expect;
  const example = repeat?.while && first && claimed(first, repeat.while);
  if (repeat === undefined || example === undefined) return [];
  return [warning([...repeat.path, 'while'], `is also what \`expect\` reads: ${example} ends it, or goes on`)];
}

function taken(path: Path, example: string, by: Path, what: string): Finding {
  return error(path, `${example} is also read by ${pathText(by.map(String))}, so that it ${what}`);
}

type Schemas = Parameters<typeof sampleMessages>[1];

/** A message that both read; undefined if none is found. */
function claimed(rule: Template, template: Template, schemas: Schemas = {}): string | undefined {
  const message = sampleMessages(template, schemas).find((each) => scanTemplate(rule, each, {}).ok);
  return message && quoted(latin1(message));
}
