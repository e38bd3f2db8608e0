import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LogError } from './log-error.ts';

/**
 * A segment's header: 8 bytes "BCRKLOG\n", u32 format version, f64 time of creation (ms since 1970), u32 length of the
 * snapshot that follows it in bytes, u32 zero, u32 CRC-32 of all this. Numbers are little-endian. The header's layout is
 * the same in all versions, so that a newer format is told from a damaged file.
 */
export const headerBytes = 32;
export const formatVersion = 1;

const magic = Buffer.from('BCRKLOG\n');
const crcAt = headerBytes - 4;

export interface Header {
  readonly createdAt: number;
  readonly snapshotBytes: number;
}

/** A segment as it lies in the directory. */
export interface SegmentFile {
  readonly number: number;
  readonly path: string;
}

export function encodeHeader({ createdAt, snapshotBytes }: Header, version = formatVersion): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  magic.copy(bytes);
  bytes.writeUInt32LE(version, 8);
  bytes.writeDoubleLE(createdAt, 12);
  bytes.writeUInt32LE(snapshotBytes, 20);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, crcAt)), crcAt);
  return bytes;
}

/** Throws `newer` or `corrupt`; `path` is for the message. */
export function decodeHeader(bytes: Buffer, path: string): Header {
  const head = bytes.subarray(0, headerBytes);
  const intact =
    head.length === headerBytes &&
    head.subarray(0, magic.length).equals(magic) &&
    head.readUInt32LE(crcAt) === crc32(head.subarray(0, crcAt));
  if (!intact) throw corrupt(path, 0);
  const version = head.readUInt32LE(8);
  if (version > formatVersion) throw newer(path, version);
  return { createdAt: head.readDoubleLE(12), snapshotBytes: head.readUInt32LE(20) };
}

export function corrupt(path: string, offset: number): LogError {
  return new LogError(
    'corrupt',
    `the journal is damaged: ${path} is not valid at byte ${offset}, and no crash explains that. Nothing was changed. ` +
      'Restore the file from a backup, or move it away to go on without what it alone holds ' +
      '(latches, leases and open commands of its time)',
  );
}

function newer(path: string, version: number): LogError {
  return new LogError(
    'newer',
    `${path} was written by a newer version of the service (format ${version}; this one reads up to ${formatVersion}). ` +
      'Nothing was changed. Run the newer version, or move the journal’s directory away to begin with an empty one',
  );
}

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(8, '0')}.log`);
}

/** Segments of a directory, oldest first. */
export function listSegments(directory: string): SegmentFile[] {
  return readdirSync(directory)
    .filter((name) => /^\d{8,15}\.log$/.test(name))
    .map((name) => ({ number: Number.parseInt(name, 10), path: join(directory, name) }))
    .sort((a, b) => a.number - b.number);
}

/** Up to `length` bytes of a file from a place on, fewer only where it ends; and how long it is. */
export function readPart(path: string, from: number, length: number): { bytes: Buffer; size: number } {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - from)));
    let read = 0;
    while (read < bytes.length) {
      const count = readSync(fd, bytes, read, bytes.length - read, from + read);
      if (count === 0) break;
      read += count;
    }
    return { bytes: bytes.subarray(0, read), size };
  } finally {
    closeSync(fd);
  }
}
