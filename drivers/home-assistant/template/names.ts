/** The words of the subset. Whatever is not here is outside it, and said to be when a template is read. */
export const functions: ReadonlySet<string> = new Set(['float', 'int', 'bool', 'iif', 'is_number', 'min', 'max']);

export const methods: ReadonlySet<string> = new Set([
  'get',
  'split',
  'lower',
  'upper',
  'title',
  'capitalize',
  'strip',
  'lstrip',
  'rstrip',
  'replace',
  'startswith',
  'endswith',
  'find',
  'count',
  'isdigit',
]);

/** Each test, and how many arguments it takes without parentheses. */
export const tests: ReadonlyMap<string, 0 | 1> = new Map<string, 0 | 1>([
  ...['defined', 'undefined', 'none', 'number', 'string', 'boolean', 'integer', 'float', 'mapping'].map(
    (name) => [name, 0] as const,
  ),
  ...['sequence', 'iterable', 'true', 'false', 'odd', 'even', 'lower', 'upper'].map((name) => [name, 0] as const),
  ...['eq', 'equalto', 'ne', 'lt', 'lessthan', 'le', 'gt', 'greaterthan', 'ge', 'in', 'divisibleby'].map(
    (name) => [name, 1] as const,
  ),
]);

const filterNames =
  'default d float int bool round abs lower upper title capitalize trim replace string length count min max first last join ' +
  'tojson to_json from_json is_defined iif multiply add is_number bitwise_and bitwise_or list sum';

export const filters: ReadonlySet<string> = new Set(filterNames.split(' '));
