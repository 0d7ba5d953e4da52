// Collectors that talk to other programs, against small peers made here, and against a real message bus.
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describePeers, eventually, temporaryFolder } from '@prometheus-ts/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DbusConnection } from '../dbus/connection.ts';
import { collect } from '../test-support/collect.ts';

describe('ntp', () => {
  /** A server of stratum 2 that is a minute ahead of us. */
  async function serve(change: (answer: Buffer) => void = () => {}): Promise<number> {
    const server = createSocket('udp4');
    onTestFinished(() => void server.close());
    server.on('message', (question, from) => {
      const answer = Buffer.alloc(48);
      answer[0] = (4 << 3) | 4;
      answer[1] = 2;
      answer.writeUInt32BE(0x0000_8000, 4);
      answer.writeUInt32BE(0x0000_1000, 8);
      question.copy(answer, 24, 40, 48);
      const now = Date.now() / 1000 + 60 + 2_208_988_800;
      for (const at of [16, 32, 40]) {
        answer.writeUInt32BE(Math.floor(now), at);
        answer.writeUInt32BE(Math.floor((now % 1) * 2 ** 32), at + 4);
      }
      change(answer);
      server.send(answer, from.port, from.address);
    });
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  }

  test('serves what the server says', async () => {
    const port = await serve();
    const { values } = await collect('ntp', [
      `--collector.ntp.server-port=${port}`,
      '--collector.ntp.local-offset-tolerance=120s',
    ]);
    expect(values.get('node_ntp_stratum')).toBe('2');
    expect(values.get('node_ntp_leap')).toBe('0');
    expect(values.get('node_ntp_root_delay_seconds')).toBe('0.5');
    expect(values.get('node_ntp_root_dispersion_seconds')).toBe('0.0625');
    expect(Math.abs(Number(values.get('node_ntp_offset_seconds')) - 60)).toBeLessThan(5);
    expect(Number(values.get('node_ntp_rtt_seconds'))).toBeLessThan(10);
    expect(values.get('node_ntp_sanity')).toBe('1');
  });

  test('a server that is not in step is not sane', async () => {
    const port = await serve((answer) => void (answer[0]! |= 0xc0));
    const { values } = await collect('ntp', [
      `--collector.ntp.server-port=${port}`,
      '--collector.ntp.local-offset-tolerance=120s',
    ]);
    expect(values.get('node_ntp_leap')).toBe('3');
    expect(values.get('node_ntp_sanity')).toBe('0');
  });
});

describe('supervisord', () => {
  const ANSWER = `<?xml version='1.0'?><methodResponse><params><param><value><array><data>
<value><struct><member><name>name</name><value><string>web&amp;co</string></value></member>
<member><name>group</name><value><string>site</string></value></member>
<member><name>start</name><value><int>1700000000</int></value></member>
<member><name>state</name><value><int>20</int></value></member>
<member><name>exitstatus</name><value><int>0</int></value></member></struct></value>
<value><struct><member><name>name</name><value><string>job</string></value></member>
<member><name>group</name><value><string>job</string></value></member>
<member><name>start</name><value><int>5</int></value></member>
<member><name>state</name><value><int>100</int></value></member>
<member><name>exitstatus</name><value><int>3</int></value></member></struct></value>
</data></array></value></param></params></methodResponse>`;

  async function serve(body: string): Promise<string> {
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.end(body));
    });
    onTestFinished(() => void server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/RPC2`;
  }

  test('shows programs that run and that ended', async () => {
    const { values } = await collect('supervisord', [`--collector.supervisord.url=${await serve(ANSWER)}`]);
    expect(values.get('node_supervisord_up{group="site",name="web&co"}')).toBe('1');
    expect(values.get('node_supervisord_start_time_seconds{group="site",name="web&co"}')).toBe('1.7e+09');
    expect(values.get('node_supervisord_up{group="job",name="job"}')).toBe('0');
    expect(values.get('node_supervisord_exit_status{group="job",name="job"}')).toBe('3');
    expect(values.has('node_supervisord_start_time_seconds{group="job",name="job"}')).toBe(false);
  });

  test('a fault is a failure', async () => {
    const fault =
      '<methodResponse><fault><value><struct><member><name>faultString</name><value><string>no</string></value></member></struct></value></fault></methodResponse>';
    const { values } = await collect('supervisord', [`--collector.supervisord.url=${await serve(fault)}`]);
    expect(values.get('node_scrape_collector_success{collector="supervisord"}')).toBe('0');
  });
});

test('runit shows state, wish and time of change', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'cron/supervise'), { recursive: true });
  const status = Buffer.alloc(20);
  status.writeBigUInt64BE(2n ** 62n + 10n + 1_700_000_000n, 0);
  status[17] = 'u'.charCodeAt(0);
  status[19] = 1;
  writeFileSync(join(folder, 'cron/supervise/status'), status);
  writeFileSync(join(folder, 'cron/down'), '');
  const { values } = await collect('runit', [`--collector.runit.servicedir=${folder}`]);
  expect(values.get('node_service_state{service="cron",supervisor="runit"}')).toBe('1');
  expect(values.get('node_service_desired_state{service="cron",supervisor="runit"}')).toBe('1');
  expect(values.get('node_service_normal_state{service="cron",supervisor="runit"}')).toBe('0');
  expect(
    values.get('node_service_state_last_change_timestamp_seconds{service="cron",supervisor="runit"}'),
  ).toBe('1.7e+09');
});

describePeers(['dbus-daemon'], 'a real message bus', () => {
  async function startBus(): Promise<string> {
    const folder = temporaryFolder();
    const path = join(folder, 'bus');
    const config = join(folder, 'bus.conf');
    writeFileSync(
      config,
      `<busconfig><type>session</type><listen>unix:path=${path}</listen><policy context="default"><allow user="*"/><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>`,
    );
    const bus: ChildProcess = spawn('dbus-daemon', ['--nofork', `--config-file=${config}`], {
      stdio: 'ignore',
    });
    onTestFinished(() => void bus.kill('SIGKILL'));
    await eventually(() => {
      if (!existsSync(path)) throw new Error('the bus is not there yet');
    });
    return path;
  }

  test('answers calls and properties, in any order', async () => {
    const connection = await DbusConnection.open(await startBus());
    onTestFinished(() => connection.close());
    const bus = {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
    };
    const [names, owned, features] = await Promise.all([
      connection.call({ ...bus, member: 'ListNames' }),
      connection.call({ ...bus, member: 'NameHasOwner', arguments: ['org.freedesktop.DBus'] }),
      connection.property(bus.destination, bus.path, bus.interface, 'Features'),
    ]);
    expect(names[0]).toContain('org.freedesktop.DBus');
    expect(owned).toEqual([true]);
    expect(Array.isArray(features)).toBe(true);
  });

  test('refuses what it does not know, and the connection goes on', async () => {
    const connection = await DbusConnection.open(await startBus());
    onTestFinished(() => connection.close());
    const call = {
      destination: 'org.freedesktop.systemd1',
      path: '/org/freedesktop/systemd1',
      interface: 'a.b',
      member: 'C',
    };
    await expect(connection.call(call)).rejects.toThrow(/ServiceUnknown|NameHasNoOwner/);
    const bus = {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
    };
    expect(await connection.call({ ...bus, member: 'GetId' })).toHaveLength(1);
  });

  test('a socket that is not there is a clear error', async () => {
    await expect(DbusConnection.open(join(temporaryFolder(), 'none'))).rejects.toThrow(/ENOENT/);
  });
});
