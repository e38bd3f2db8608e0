import { Bank } from './bank.ts';
import { Faults, type Turn } from './faults.ts';
import { exceptionOf, serve } from './server.ts';
import type { ModbusMap } from '../../drivers/modbus/model.ts';

/** One simulated device on a line. */
export class Unit {
  readonly number: number;
  readonly bank: Bank;
  readonly faults = new Faults();
  /** Requests that reached it, by function. */
  readonly requests: Buffer[] = [];

  constructor(number: number, map: ModbusMap) {
    this.number = number;
    this.bank = new Bank(map);
  }

  /** The answer to a request, and what becomes of it. */
  handle(pdu: Buffer): { readonly answer: Buffer; readonly turn: Turn } {
    this.requests.push(Buffer.from(pdu));
    if (this.requests.length > keptRequests) this.requests.shift();
    const turn = this.faults.next();
    const { exception } = turn;
    const answer = exception === undefined ? serve(pdu, this.bank) : exceptionOf(pdu.readUInt8(0), exception);
    return { answer, turn };
  }
}

/** Requests that are remembered for whoever looks at them. */
const keptRequests = 100;
