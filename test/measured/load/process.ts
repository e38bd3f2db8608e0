import { readdirSync, readFileSync } from 'node:fs';

/** Memory of a process that is in use, in MB (proc(5), VmRSS). */
export function memoryOf(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Files, sockets and pipes that a process has open. */
export function descriptorsOf(pid: number | undefined): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
