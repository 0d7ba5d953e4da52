// Sessions that logind knows, over D-Bus.
import type { CollectorDefinition } from '../collector.ts';
import { DbusConnection, systemBusPath } from '../dbus/connection.ts';
import type { DbusValue } from '../dbus/marshal.ts';
import { gauge } from '../metric.ts';

const SESSIONS = gauge('node_logind_sessions', 'Sessions of each kind.', ['seat', 'remote', 'type', 'class']);

const REMOTE = ['true', 'false'];
const TYPES = ['other', 'unspecified', 'tty', 'x11', 'wayland', 'mir', 'web'];
const CLASSES = ['other', 'user', 'greeter', 'lock-screen', 'background'];

const SERVICE = 'org.freedesktop.login1';
const MANAGER_PATH = '/org/freedesktop/login1';
const MANAGER = 'org.freedesktop.login1.Manager';
const SESSION = 'org.freedesktop.login1.Session';

export const logind: CollectorDefinition = {
  name: 'logind',
  enabledByDefault: false,
  platforms: ['linux'],
  create: () => ({
    async update(sink) {
      const connection = await DbusConnection.open(systemBusPath());
      try {
        const seats = (await list(connection, 'ListSeats')).map(([id]) => String(id));
        const counts = await countSessions(connection);
        for (const remote of REMOTE) {
          for (const type of TYPES) {
            for (const kind of CLASSES) {
              // Sessions without a seat come over the network.
              for (const seat of [...seats, '']) {
                sink.add(
                  SESSIONS,
                  counts.get([seat, remote, type, kind].join('\0')) ?? 0,
                  seat,
                  remote,
                  type,
                  kind,
                );
              }
            }
          }
        }
      } finally {
        connection.close();
      }
    },
  }),
};

async function list(connection: DbusConnection, member: string): Promise<readonly (readonly DbusValue[])[]> {
  const call = { destination: SERVICE, path: MANAGER_PATH, interface: MANAGER, member };
  const [rows] = (await connection.call(call)) as [readonly (readonly DbusValue[])[]];
  return rows;
}

/** Sessions by seat, remote, type and class; one that ends meanwhile is left out. */
async function countSessions(connection: DbusConnection): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const [, , , seat, path] of await list(connection, 'ListSessions')) {
    const property = (name: string): Promise<DbusValue> =>
      connection.property(SERVICE, String(path), SESSION, name);
    try {
      const [remote, type, kind] = await Promise.all(['Remote', 'Type', 'Class'].map(property));
      const key = [seat, remote, knownOrOther(type, TYPES), knownOrOther(kind, CLASSES)].join('\0');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    } catch {}
  }
  return counts;
}

function knownOrOther(value: DbusValue | undefined, known: readonly string[]): string {
  const text = String(value);
  return known.includes(text) ? text : 'other';
}
