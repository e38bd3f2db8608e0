import { warning } from '../definition/scope.ts';
import type { Rule } from './subject.ts';

/** One of each kind that does not say that nothing changed: of the hardware, of the device, of a query, power that came back. */
const doubtful = [-240, -310, -410, -500];

/** A queue of SCPI (SCPI-1999 vol. 2 §21.8) in which an error that says nothing about what was done would refuse. */
export const scpiQueue: Rule = ({ definition: { errorQueue } }) => {
  const asked = errorQueue?.exchange.send?.text ?? '';
  if (errorQueue === undefined || !/^:?SYST(EM)?:ERR/i.test(asked)) return [];
  const code = doubtful.find((one) => !errorQueue.failed.some(([from, to]) => from <= one && one <= to));
  if (code === undefined) return [];
  const detail = `${code} refuses, as if nothing had changed; SCPI says so of no such code: \`failed: [[-899, -300], [-249, -240]]\``;
  return [warning(['errorQueue'], detail)];
};
