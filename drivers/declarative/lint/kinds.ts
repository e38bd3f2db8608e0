import type { Finding } from '../definition/definition.ts';
import { error, warning } from '../definition/scope.ts';
import { fieldsOf, inputOnly, typeOf } from '../template/index.ts';
import { distinct, expectPath, offsetIn, type Subject, word } from './subject.ts';

/** Fields whose conversion cannot tell what the schema wants, or that take what belongs to the next one. */
export function kinds(subject: Subject): Finding[] {
  return distinct([...sent(subject), ...expected(subject)]);
}

/** What is sent must be printable. */
function sent({ uses, raw }: Subject): Finding[] {
  return uses.flatMap(({ exchange: { send, path } }) => {
    if (send === undefined) return [];
    return inputOnly(send).map(({ at, what }) =>
      error(
        [...path, 'send'],
        `${what} is only for what is read: it has no bytes to send`,
        offsetIn(send, at, raw.frame?.send),
      ),
    );
  });
}

function expected(subject: Subject): Finding[] {
  return subject.uses.flatMap(({ exchange, wanted }) =>
    exchange.expect.flatMap((template, index) =>
      fieldsOf(template).flatMap(({ name, conversion, isArray, takesNext, at }) => {
        const place = offsetIn(template, at, subject.raw.frame?.expect);
        const path = expectPath(subject, exchange, index);
        const what = name ?? conversion.text;
        const greedy = `${what}: takes everything, so that the field after it finds nothing; put something between them`;
        const some = `${what}: may take the beginning of the field after it; put something between them`;
        // What bits are read from has its own rule, and its own words.
        const schema = wanted[name ?? ''] === word ? undefined : wanted[name ?? ''];
        const type = schema && !isArray ? typeOf(schema) : undefined;
        const of = conversion.capacity?.of;
        const isText = of === 'text' || of === 'time';
        const isWrong = type !== undefined && of !== undefined && of !== 'choice' && isText !== (type === 'string');
        const mismatch = `${what}: ${conversion.text} reads ${isText ? 'text' : 'a number'}, and the schema wants ${type}`;
        const tellsBoolean = type === 'boolean' && of === 'integer';
        return [
          ...(takesNext === 'all' ? [error(path, greedy, place)] : []),
          ...(takesNext === 'some' ? [warning(path, some, place)] : []),
          ...(isWrong && !tellsBoolean ? [error(path, mismatch, place)] : []),
        ];
      }),
    ),
  );
}
