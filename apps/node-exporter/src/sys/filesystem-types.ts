// Which file systems live inside the kernel, so that asking them never waits for a server or a daemon.
import type { Mount } from '../proc/mountinfo.ts';
import { unescapePath } from '../proc/mountinfo.ts';

const NEVER_BLOCKS = new Set(
  'bcachefs btrfs cramfs devtmpfs erofs exfat ext2 ext3 ext4 f2fs hfsplus hugetlbfs iso9660 jffs2 jfs minix msdos nilfs2 ntfs3 overlay ramfs reiserfs romfs squashfs tmpfs ubifs udf vfat xfs zfs'.split(
    ' ',
  ),
);

/** Whether calls on a file system of this type return at once, whatever the world outside does. */
export function neverBlocks(type: string): boolean {
  return NEVER_BLOCKS.has(type);
}

/** Whether the mount that holds this absolute path never blocks. The later of two mounts at one place counts. */
export function isLocalPath(path: string, mounts: readonly Mount[]): boolean {
  let best: Mount | undefined;
  let bestLength = -1;
  for (const mount of mounts) {
    const point = unescapePath(mount.escapedMountPoint);
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    if (holds && point.length >= bestLength) {
      best = mount;
      bestLength = point.length;
    }
  }
  return best !== undefined && neverBlocks(best.type);
}
