// Bonded interfaces and how many of their members are up.
import { type CollectorDefinition, NoData } from '../collector.ts';
import { fields, readText, tryReadTrimmed } from '../files.ts';
import { gauge } from '../metric.ts';

const SLAVES = gauge('node_bonding_slaves', 'Members that the bond is configured with.', ['master']);
const ACTIVE = gauge('node_bonding_active', 'Members of the bond whose link is up.', ['master']);

export const bonding: CollectorDefinition = {
  name: 'bonding',
  enabledByDefault: true,
  platforms: ['linux'],
  create: ({ paths }) => ({
    update(sink) {
      const masters = tryReadTrimmed(paths.sys('class/net/bonding_masters'));
      if (masters === undefined) throw new NoData('no bonded interfaces');
      for (const master of fields(masters)) {
        const folder = paths.sys(`class/net/${master}`);
        const slaves = fields(readText(`${folder}/bonding/slaves`));
        const active = slaves.filter((slave) => linkState(folder, slave) === 'up');
        sink.add(SLAVES, slaves.length, master);
        sink.add(ACTIVE, active.length, master);
      }
    },
  }),
};

/** Older kernels call the link to a member `slave_…`. */
function linkState(folder: string, slave: string): string {
  return (
    tryReadTrimmed(`${folder}/lower_${slave}/bonding_slave/mii_status`) ??
    readText(`${folder}/slave_${slave}/bonding_slave/mii_status`).trim()
  );
}
