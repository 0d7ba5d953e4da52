// The routing tables.
import type { CollectorDefinition } from '../collector.ts';
import { listRoutes } from '../kernel/routes.ts';
import { gauge } from '../metric.ts';

const INFO = gauge('node_network_route_info', 'Routes of the host.', [
  'device',
  'src',
  'dest',
  'gw',
  'priority',
  'proto',
  'weight',
]);
const ROUTES = gauge('node_network_routes', 'Routes over the interface.', ['device']);

/** Who made a route (rtnetlink(7)). */
const PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'unspec',
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  8: 'gated',
  9: 'ra',
  10: 'mrt',
  11: 'zebra',
  12: 'bird',
  13: 'dnrouted',
  14: 'xorp',
  15: 'ntk',
  16: 'dhcp',
  17: 'mrouted',
  42: 'babel',
  186: 'bgp',
  187: 'isis',
  188: 'ospf',
  189: 'rip',
  192: 'eigrp',
};

export const networkRoute: CollectorDefinition = {
  name: 'network_route',
  enabledByDefault: false,
  platforms: ['linux'],
  create: () => ({
    update(sink) {
      const counts = new Map<string, number>();
      for (const { device, source, destination, gateway, priority, protocol, weight } of listRoutes()) {
        const maker = PROTOCOLS[protocol] ?? 'unknown';
        sink.add(INFO, 1, device, source, destination, gateway, String(priority), maker, weight);
        counts.set(device, (counts.get(device) ?? 0) + 1);
      }
      for (const [device, count] of counts) sink.add(ROUTES, count, device);
    },
  }),
};
