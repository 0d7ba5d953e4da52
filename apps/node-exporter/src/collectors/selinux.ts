// Whether SELinux is on, and how it is set.
import type { CollectorContext, CollectorDefinition } from '../collector.ts';
import { readText, tryReadInt, tryReadTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';
import { parseMountinfo } from '../proc/mountinfo.ts';

const ENABLED = gauge('node_selinux_enabled', 'Whether SELinux is on.');
const CONFIG_MODE = gauge(
  'node_selinux_config_mode',
  'Mode in the configuration: 1 enforcing, 0 permissive, -1 off.',
);
const CURRENT_MODE = gauge('node_selinux_current_mode', 'Mode in force: 1 enforcing, 0 permissive, -1 off.');

export const selinux: CollectorDefinition = {
  name: 'selinux',
  enabledByDefault: true,
  platforms: ['linux'],
  create: (context) => ({
    update(sink) {
      const folder = selinuxFolder(context);
      sink.add(ENABLED, folder === undefined ? 0 : 1);
      if (folder === undefined) return;
      sink.add(CONFIG_MODE, configuredMode(context));
      sink.add(CURRENT_MODE, tryReadInt(`${folder}/enforce`) ?? -1);
    },
  }),
};

/** Where selinuxfs is mounted; undefined where it is not, or no policy is loaded. */
function selinuxFolder({ paths }: CollectorContext): string | undefined {
  const mounts = parseMountinfo(readText(paths.proc('self/mountinfo')));
  const mount = mounts.find(({ type }) => type === 'selinuxfs');
  const label = tryReadTrimmed(paths.proc('self/attr/current'))?.replace(/\0$/, '');
  // Before a policy is loaded every process has the label of the kernel.
  return mount === undefined || label === undefined || label === 'kernel'
    ? undefined
    : mount.escapedMountPoint;
}

function configuredMode({ paths }: CollectorContext): number {
  const text = tryReadTrimmed(paths.root('/etc/selinux/config')) ?? '';
  const mode = /^\s*SELINUX\s*=\s*(\w+)/m.exec(text)?.[1];
  return mode === 'enforcing' ? 1 : mode === 'permissive' ? 0 : -1;
}
