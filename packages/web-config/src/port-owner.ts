// Who has a TCP port (Linux): the listening socket's inode from /proc/net/tcp{,6}, then the process with that
// socket among its descriptors. Without the right to look at other users' processes there is no answer.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortOwner {
  readonly pid: number;
  /** The program's short name, as in `ps -o comm`. */
  readonly name: string;
}

const STATE_LISTEN = '0A';
/** More processes than this are not looked at. */
const MAX_PROCESSES = 100_000;

export function findPortOwner(port: number, procFolder = '/proc'): PortOwner | undefined {
  try {
    const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(procFolder, table, port)));
    return inodes.size === 0 ? undefined : processWithSocket(procFolder, inodes);
  } catch {
    return undefined;
  }
}

/** Columns: sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode … */
function listeningInodes(procFolder: string, table: string, port: number): string[] {
  let text: string;
  try {
    text = readFileSync(`${procFolder}/net/${table}`, 'latin1');
  } catch {
    return [];
  }
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return text.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const listening = columns[3] === STATE_LISTEN && columns[1]?.endsWith(`:${wanted}`);
    return listening && columns[9] !== undefined ? [columns[9]] : [];
  });
}

function processWithSocket(procFolder: string, inodes: ReadonlySet<string>): PortOwner | undefined {
  const links = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  const pids = readdirSync(procFolder).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.slice(0, MAX_PROCESSES)) {
    if (!hasDescriptor(`${procFolder}/${pid}/fd`, links)) continue;
    return { pid: Number(pid), name: readFileSync(`${procFolder}/${pid}/comm`, 'utf8').trim() };
  }
  return undefined;
}

function hasDescriptor(folder: string, links: ReadonlySet<string>): boolean {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return false;
  }
  return names.some((name) => {
    try {
      return links.has(readlinkSync(`${folder}/${name}`));
    } catch {
      return false;
    }
  });
}
