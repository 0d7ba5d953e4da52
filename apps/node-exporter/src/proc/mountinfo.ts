// /proc/<pid>/mountinfo, proc(5):
//   36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
//   id parent major:minor root mountpoint options optional… - type source super-options
import { lines, malformed } from '../files.ts';

export interface Mount {
  readonly major: string;
  readonly minor: string;
  /** As the kernel escapes it: blanks, tabs, line feeds and backslashes are octal. */
  readonly escapedMountPoint: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
  readonly superOptions: readonly string[];
}

export function parseMountinfo(text: string): Mount[] {
  return lines(text).map(parseMount);
}

function parseMount(line: string): Mount {
  const parts = line.split(' ');
  const count = parts.length;
  if (count < 10 || parts[count - 4] !== '-') throw malformed('mountinfo', line);
  const [major, minor] = parts[2]!.split(':');
  if (minor === undefined || !/^\d+$/.test(major!) || !/^\d+$/.test(minor))
    throw malformed('mountinfo', line);
  return {
    major: major!,
    minor,
    escapedMountPoint: parts[4]!,
    type: parts[count - 3]!,
    source: parts[count - 2]!,
    options: parts[5]!.split(','),
    superOptions: parts[count - 1]!.split(','),
  };
}

/** The path itself: octal escapes resolved. */
export function unescapePath(escaped: string): string {
  if (!escaped.includes('\\')) return escaped;
  return escaped.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
