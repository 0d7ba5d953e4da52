import { statSync } from 'node:fs';

/** What mends a folder that cannot be written: whose it is, who we are, and the command. */
export function permissionHint(folder: string): string | undefined {
  try {
    const { uid, gid, mode } = statSync(folder);
    const us = process.getuid?.();
    if (us === undefined || us === 0) return undefined;
    const bits = (mode & 0o777).toString(8);
    return `${folder} belongs to user ${uid}, group ${gid}, mode ${bits}; this process is user ${us}: chown -R ${us} ${folder}`;
  } catch {
    return undefined;
  }
}
