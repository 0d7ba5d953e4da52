// Units of systemd and its own state, over D-Bus.

import { CodedError } from '@prometheus-ts/model';
import { compileAnchored, type Regexp } from '@prometheus-ts/regexp';
import type { Collector, CollectorContext, CollectorDefinition } from '../collector.ts';
import { DbusConnection, systemBusPath } from '../dbus/connection.ts';
import type { DbusValue } from '../dbus/marshal.ts';
import { counter, gauge, type MetricDescription } from '../metric.ts';
import type { MetricSink } from '../metric-sink.ts';

const NAME = ['name'];
const UNIT_STATE = gauge('node_systemd_unit_state', 'The state in force is 1, the others are 0.', [
  'name',
  'state',
  'type',
]);
const START_TIME = gauge(
  'node_systemd_unit_start_time_seconds',
  'When the unit started, in seconds since the epoch.',
  NAME,
);
const TASKS = gauge('node_systemd_unit_tasks_current', 'Tasks of the unit.', NAME);
const TASKS_MAX = gauge('node_systemd_unit_tasks_max', 'Tasks that the unit may have.', NAME);
const RUNNING = gauge('node_systemd_system_running', 'Whether the whole system is up and nothing failed.');
const UNITS = gauge('node_systemd_units', 'Units in each state.', ['state']);
const RESTARTS = counter(
  'node_systemd_service_restart_total',
  'How often systemd restarted the service.',
  NAME,
);
const LAST_TRIGGER = gauge(
  'node_systemd_timer_last_trigger_seconds',
  'When the timer elapsed last, in seconds since the epoch.',
  NAME,
);
const ACCEPTED = counter('node_systemd_socket_accepted_connections_total', 'Connections accepted.', NAME);
const CONNECTIONS = gauge('node_systemd_socket_current_connections', 'Connections now.', NAME);
const REFUSED = gauge('node_systemd_socket_refused_connections_total', 'Connections refused.', NAME);
const VERSION = gauge('node_systemd_version', 'Version of systemd.', ['version']);
const VIRTUALIZATION = gauge('node_systemd_virtualization_info', 'The virtualization that systemd found.', [
  'virtualization_type',
]);

const STATES = ['active', 'activating', 'deactivating', 'inactive', 'failed'];
const SERVICE = 'org.freedesktop.systemd1';
const MANAGER_PATH = '/org/freedesktop/systemd1';
const MANAGER = 'org.freedesktop.systemd1.Manager';
const PRIVATE_SOCKET = '/run/systemd/private';
/** From this version on there are timers with a last trigger, and a state of the system. */
const VERSION_WITH_STATE = 212;
/** What systemd says for no limit and for unknown. */
const UNLIMITED = 2n ** 64n - 1n;
/** Questions that may be open at once; a bus has a limit on them. */
const OPEN_QUESTIONS_MAX = 64;

interface Unit {
  readonly name: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly path: string;
}

export const systemd: CollectorDefinition = {
  name: 'systemd',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.systemd.unit-include',
      kind: 'string',
      default: '.+',
      help: 'Expression for units to show; it must match the whole name, and unit-exclude must not.',
    },
    {
      name: 'collector.systemd.unit-whitelist',
      kind: 'string',
      hidden: true,
      help: 'Old name of unit-include.',
    },
    {
      name: 'collector.systemd.unit-exclude',
      kind: 'string',
      default: '.+\\.(automount|device|mount|scope|slice)',
      help: 'Expression for units to leave out; it must match the whole name.',
    },
    {
      name: 'collector.systemd.unit-blacklist',
      kind: 'string',
      hidden: true,
      help: 'Old name of unit-exclude.',
    },
    {
      name: 'collector.systemd.private',
      kind: 'bool',
      hidden: true,
      help: 'Use the private socket of systemd, which needs root; for tests.',
    },
    { name: 'collector.systemd.enable-task-metrics', kind: 'bool', help: 'Show the tasks of services.' },
    {
      name: 'collector.systemd.enable-restarts-metrics',
      kind: 'bool',
      help: 'Show how often services restarted.',
    },
    { name: 'collector.systemd.enable-start-time-metrics', kind: 'bool', help: 'Show when units started.' },
  ],
  create: (context) => new SystemdCollector(context),
};

class SystemdCollector implements Collector {
  readonly #context: CollectorContext;
  readonly #include: Regexp;
  readonly #exclude: Regexp;

  constructor(context: CollectorContext) {
    this.#context = context;
    this.#include = expression(context, 'unit-include', 'unit-whitelist');
    this.#exclude = expression(context, 'unit-exclude', 'unit-blacklist');
  }

  async update(sink: MetricSink): Promise<void> {
    const isPrivate = this.#context.flags.bool('collector.systemd.private');
    const connection = await DbusConnection.open(isPrivate ? PRIVATE_SOCKET : systemBusPath(), !isPrivate);
    try {
      await this.#collect(sink, new Systemd(connection, isPrivate ? '' : SERVICE));
    } finally {
      connection.close();
    }
  }

  async #collect(sink: MetricSink, systemd: Systemd): Promise<void> {
    const text = String((await systemd.managerProperty('Version')) ?? '');
    const version = Number(/\d{3,}(\.\d+)?/.exec(text)?.[0] ?? 0);
    sink.add(VERSION, version, version === 0 ? '' : text);
    const virtualization = await systemd.managerProperty('Virtualization');
    sink.add(VIRTUALIZATION, 1, virtualization === undefined ? 'unknown' : String(virtualization) || 'none');
    const units = await systemd.listUnits();
    const counts = new Map(STATES.map((state) => [state, 0]));
    for (const { activeState } of units) counts.set(activeState, (counts.get(activeState) ?? 0) + 1);
    for (const [state, count] of counts) sink.add(UNITS, count, state);
    const shown = units.filter(
      ({ name, loadState }) =>
        loadState === 'loaded' && this.#include.matches(name) && !this.#exclude.matches(name),
    );
    await forEachBounded(shown, (unit) => this.#addUnit(sink, systemd, unit, version));
    if (version < VERSION_WITH_STATE) return;
    const state = await systemd.managerProperty('SystemState');
    if (state === undefined) throw new CodedError('dbus', "couldn't get system state");
    sink.add(RUNNING, state === 'running' ? 1 : 0);
  }

  async #addUnit(sink: MetricSink, systemd: Systemd, unit: Unit, version: number): Promise<void> {
    const { flags } = this.#context;
    const { name } = unit;
    const kind = name.slice(name.lastIndexOf('.') + 1);
    const type =
      kind === 'service'
        ? await systemd.property(unit, 'Service', 'Type')
        : kind === 'mount'
          ? await systemd.property(unit, 'Mount', 'Type')
          : '';
    for (const state of STATES)
      sink.add(UNIT_STATE, state === unit.activeState ? 1 : 0, name, state, String(type ?? ''));
    if (flags.bool('collector.systemd.enable-start-time-metrics')) {
      const isActive = unit.activeState === 'active';
      const started = isActive ? await systemd.property(unit, 'Unit', 'ActiveEnterTimestamp') : 0;
      if (started !== undefined) sink.add(START_TIME, Number(started) / 1e6, name);
    }
    if (kind === 'service') await this.#addService(sink, systemd, unit);
    if (kind === 'timer' && version >= VERSION_WITH_STATE) {
      const last = await systemd.property(unit, 'Timer', 'LastTriggerUSec');
      if (last !== undefined) sink.add(LAST_TRIGGER, Number(last) / 1e6, name);
    }
    if (kind === 'socket') {
      await addProperty(sink, ACCEPTED, systemd, unit, 'Socket', 'NAccepted');
      await addProperty(sink, CONNECTIONS, systemd, unit, 'Socket', 'NConnections');
      // systemd 239 and later count the refused.
      await addProperty(sink, REFUSED, systemd, unit, 'Socket', 'NRefused');
    }
  }

  async #addService(sink: MetricSink, systemd: Systemd, unit: Unit): Promise<void> {
    const { flags } = this.#context;
    if (flags.bool('collector.systemd.enable-restarts-metrics')) {
      await addProperty(sink, RESTARTS, systemd, unit, 'Service', 'NRestarts');
    }
    if (flags.bool('collector.systemd.enable-task-metrics')) {
      await addProperty(sink, TASKS, systemd, unit, 'Service', 'TasksCurrent');
      await addProperty(sink, TASKS_MAX, systemd, unit, 'Service', 'TasksMax');
    }
  }
}

/** systemd as we ask it; what it does not know is undefined. */
class Systemd {
  readonly #connection: DbusConnection;
  readonly #destination: string;

  constructor(connection: DbusConnection, destination: string) {
    this.#connection = connection;
    this.#destination = destination;
  }

  async listUnits(): Promise<Unit[]> {
    const [rows] = (await this.#connection.call({
      destination: this.#destination,
      path: MANAGER_PATH,
      interface: MANAGER,
      member: 'ListUnits',
    })) as [readonly (readonly DbusValue[])[]];
    return rows.map((row) => ({
      name: String(row[0]),
      loadState: String(row[2]),
      activeState: String(row[3]),
      path: String(row[6]),
    }));
  }

  managerProperty(property: string): Promise<DbusValue | undefined> {
    return this.#get(MANAGER_PATH, MANAGER, property);
  }

  property(unit: Unit, kind: string, property: string): Promise<DbusValue | undefined> {
    return this.#get(unit.path, `${SERVICE}.${kind}`, property);
  }

  async #get(path: string, name: string, property: string): Promise<DbusValue | undefined> {
    try {
      return await this.#connection.property(this.#destination, path, name, property);
    } catch (error) {
      if (error instanceof CodedError) return undefined;
      throw error;
    }
  }
}

async function addProperty(
  sink: MetricSink,
  metric: MetricDescription,
  systemd: Systemd,
  unit: Unit,
  kind: string,
  property: string,
): Promise<void> {
  const value = await systemd.property(unit, kind, property);
  if (value !== undefined && value !== UNLIMITED) sink.add(metric, Number(value), unit.name);
}

async function forEachBounded<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const workers = Array.from({ length: Math.min(OPEN_QUESTIONS_MAX, items.length) }, async () => {
    for (const item of rest) await work(item);
  });
  await Promise.all(workers);
}

function expression({ flags, log }: CollectorContext, name: string, oldName: string): Regexp {
  const flag = `collector.systemd.${name}`;
  const oldFlag = `collector.systemd.${oldName}`;
  const old = flags.string(oldFlag);
  if (old !== '') {
    if (flags.isSet(flag)) {
      throw new CodedError('flags_contradict', `--${oldFlag} and --${flag} are mutually exclusive`);
    }
    log.warn(`--${oldFlag} is DEPRECATED and will be removed in 2.0.0, use --${flag}`);
  }
  const value = old === '' ? flags.string(flag) : old;
  log.info(`Parsed flag --${flag}`, { flag: value });
  return compileAnchored(value);
}
