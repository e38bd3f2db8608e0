import { tryPrint } from './same.ts';
import type { Conversion, FieldValue } from './template.ts';

/**
 * What a value is once it has been printed and read: the value itself, or what is left of it (`%.1f` makes 0.1 of 0.123).
 * Undefined: it is refused, or not read again as a whole (100 by `%2d`). For whoever checks that a schema's values fit.
 */
export function roundTrip(conversion: Conversion, value: FieldValue): FieldValue | undefined {
  const printed = tryPrint(conversion, value);
  const found = printed && conversion.scan(printed, 0, printed.length);
  return found?.end === printed?.length ? found?.value : undefined;
}
