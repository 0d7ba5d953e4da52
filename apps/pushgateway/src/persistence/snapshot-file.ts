// The persistence file: every group at one moment. It is replaced whole by a rename, so that a reader sees the old
// state or the new one; a file that is not wholly ours is an error and stays as it is.
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { CodedError } from '@prometheus-ts/model';
import type { Group } from '../store/group.ts';
import { decodeGroup, encodeGroup, GroupLineError, type GroupState } from './group-codec.ts';

const FORMAT = 'prometheus-ts-pushgateway';
const VERSION = 1;
const HEADER = `${FORMAT} ${VERSION}`;
const LAST_LINE = /^crc32 ([0-9a-f]{8})$/;
/** Bytes gathered before they are written. */
const WRITE_BYTES = 1024 * 1024;
/** The longest line read: a group near the bounds of a push. */
const LINE_BYTES_MAX = 512 * 1024 * 1024;
const NEWLINE = 10;

/** Replaces `file`. Rejects with the error of the file system; the old file is then still there. */
export async function writeSnapshot(file: string, groups: readonly GroupState[]): Promise<void> {
  const temporary = `${file}.in_progress`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    try {
      await writeLines(handle, groups);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}

async function writeLines(handle: FileHandle, groups: readonly GroupState[]): Promise<void> {
  let checksum = 0;
  let pending: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await handle.writeFile(Buffer.concat(pending));
    pending = [];
    bytes = 0;
  };
  const add = (line: string): void => {
    const encoded = Buffer.from(`${line}\n`);
    checksum = crc32(encoded, checksum);
    pending.push(encoded);
    bytes += encoded.length;
  };
  add(HEADER);
  for (const group of groups) {
    add(encodeGroup(group));
    if (bytes >= WRITE_BYTES) await flush();
  }
  add(`crc32 ${hex(checksum)}`);
  await flush();
}

const hex = (checksum: number): string => checksum.toString(16).padStart(8, '0');

/** Hands every group to `take`; no file is no groups. Rejects with CodedError where the file is not readable or not whole. */
export async function readSnapshot(file: string, take: (group: Group) => void): Promise<void> {
  const groups: Group[] = [];
  let number = 0;
  let checksum = 0;
  let complete = false;
  const bad = (line: number, reason: string, hint: string, cause?: unknown): CodedError =>
    new CodedError('persistence-file', `persistence file ${file}, line ${line}: ${reason}`, {
      place: { file, line },
      hint,
      cause,
    });
  for await (const { bytes, ended } of lines(file)) {
    number++;
    if (number === 1) {
      checkHeader(bytes, ended, (reason, hint) => bad(1, reason, hint));
      checksum = crc32(bytes, checksum);
      continue;
    }
    if (complete) throw bad(number, 'there is more behind the last line', DAMAGED);
    if (!ended) throw bad(number, 'the file is cut off', DAMAGED);
    const text = bytes.toString('utf8', 0, bytes.length - 1);
    const last = LAST_LINE.exec(text);
    if (last) {
      if (last[1] !== hex(checksum))
        throw bad(number, 'the checksum does not fit what is before it', DAMAGED);
      complete = true;
      continue;
    }
    checksum = crc32(bytes, checksum);
    try {
      groups.push(decodeGroup(text));
    } catch (error) {
      if (!(error instanceof GroupLineError)) throw error;
      throw bad(number, error.message, DAMAGED, error);
    }
  }
  if (number > 0 && !complete) throw bad(number, 'the file is cut off', DAMAGED);
  if (number === 0 && (await exists(file))) throw bad(1, 'the file is empty', DAMAGED);
  for (const group of groups) take(group);
}

const DAMAGED = 'restore the file from a backup, or move it away to start without the metrics in it';
const FOREIGN =
  'move it away, or name another file in --persistence.file; a file of the original Pushgateway has another format';

function checkHeader(bytes: Buffer, ended: boolean, bad: (reason: string, hint: string) => CodedError): void {
  const text = bytes.toString('latin1', 0, Math.min(bytes.length, 100)).trimEnd();
  if (ended && text === HEADER) return;
  const version = new RegExp(`^${FORMAT} (\\d+)$`).exec(text)?.[1];
  if (ended && version) {
    throw bad(`it has version ${version} of the format, and this program reads version ${VERSION}`, FOREIGN);
  }
  if (!ended && HEADER.startsWith(text)) throw bad('the file is cut off', DAMAGED);
  throw bad('it is not a persistence file of this Pushgateway', FOREIGN);
}

interface Line {
  /** With the newline, where there is one. */
  readonly bytes: Buffer;
  readonly ended: boolean;
}

/** Nothing where there is no file. */
async function* lines(file: string): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(file, {
      highWaterMark: WRITE_BYTES,
    }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        yield { bytes: Buffer.concat([...parts, chunk.subarray(start, end + 1)]), ended: true };
        [parts, length, start] = [[], 0, end + 1];
      }
      parts.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > LINE_BYTES_MAX) break;
    }
  } catch (error) {
    if (isMissing(error)) return;
    throw new CodedError('persistence-file', `persistence file ${file}: ${(error as Error).message}`, {
      place: { file },
      hint: 'the user of this program must be able to read and write the file and its folder',
      cause: error,
    });
  }
  if (length > 0) yield { bytes: Buffer.concat(parts), ended: false };
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function exists(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  await handle?.close();
  return handle !== undefined;
}
