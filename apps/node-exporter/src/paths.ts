// Where the kernel's files are: the real places, or folders given by --path.* and by tests.
import { join } from 'node:path';

export interface PathOptions {
  readonly procfs: string;
  readonly sysfs: string;
  readonly rootfs: string;
  readonly udevData: string;
}

export const DEFAULT_PATHS: PathOptions = {
  procfs: '/proc',
  sysfs: '/sys',
  rootfs: '/',
  udevData: '/run/udev/data',
};

export class Paths {
  readonly procfs: string;
  readonly sysfs: string;
  readonly rootfs: string;
  readonly udevData: string;

  constructor(options: Partial<PathOptions> = {}) {
    this.procfs = options.procfs ?? DEFAULT_PATHS.procfs;
    this.sysfs = options.sysfs ?? DEFAULT_PATHS.sysfs;
    this.rootfs = options.rootfs ?? DEFAULT_PATHS.rootfs;
    this.udevData = options.udevData ?? DEFAULT_PATHS.udevData;
  }

  proc(name: string): string {
    return `${this.procfs}/${name}`;
  }

  sys(name: string): string {
    return `${this.sysfs}/${name}`;
  }

  udev(name: string): string {
    return `${this.udevData}/${name}`;
  }

  /** A path of the host as it is seen from here. */
  root(path: string): string {
    return this.rootfs === '/' ? path : join(this.rootfs, path);
  }

  /** A path seen from here as the host knows it. */
  stripRoot(path: string): string {
    if (this.rootfs === '/' || !path.startsWith(this.rootfs)) return path;
    const stripped = path.slice(this.rootfs.length);
    return stripped === '' ? '/' : stripped;
  }
}
