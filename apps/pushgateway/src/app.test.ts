import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { TestGateway } from './test-support/gateway.ts';

describe('grouping keys', () => {
  test.each([
    ['/job/a', 'instance="",job="a"'],
    ['/job/a/instance/i', 'instance="i",job="a"'],
    ['/job@base64/YQ==', 'instance="",job="a"'],
    ['/job@base64/YQ', 'instance="",job="a"'],
    ['/job/a/path@base64/L3Zhci90bXA', 'instance="",job="a",path="/var/tmp"'],
    ['/job/a/empty@base64/=', 'empty="",instance="",job="a"'],
    ['/job/a%20b/l/%E2%82%AC', 'instance="",job="a b",l="€"'],
    ['/job/a/job/other', 'instance="",job="a"'],
  ])('%s', async (path, labels) => {
    const gateway = await TestGateway.start();
    expect(await gateway.push(path, 'm 1\n')).toEqual({ status: 200, text: '' });
    expect(await gateway.samples('m')).toEqual([`m{${labels}} 1`]);
  });

  test.each([
    ['/job/a/odd', 'odd number of components'],
    ['/job/a/0bad/v', 'improper label name "0bad"'],
    ['/job/a/__reserved/v', 'improper label name "__reserved"'],
    ['/job/a/l@base64/no!', 'invalid base64 encoding for label l="no!"'],
    ['/job@base64/no!', 'invalid base64 encoding in job name'],
    ['/job@base64/=', 'job name is required'],
    ['/job/%ff', 'not percent-encoded UTF-8'],
  ])('%s is refused', async (path, message) => {
    const gateway = await TestGateway.start();
    const answer = await gateway.push(path, 'm 1\n');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
    expect(await gateway.groups()).toEqual([]);
  });

  test('the key wins over pushed labels', async () => {
    const gateway = await TestGateway.start();
    await gateway.push('/job/a/zone/z', 'm{job="x",zone="y",other="o",instance="i"} 1\n');
    expect(await gateway.samples('m')).toEqual(['m{instance="i",job="a",other="o",zone="z"} 1']);
  });
});

describe('PUT, POST and DELETE', () => {
  test('POST replaces families of the same name, PUT the whole group', async () => {
    const gateway = await TestGateway.start();
    await gateway.push('/job/a', 'm{x="1"} 1\nn 1\n');
    await gateway.push('/job/a', 'm{x="2"} 2\n');
    expect(await gateway.samples('m', 'n')).toEqual([
      'm{instance="",job="a",x="2"} 2',
      'n{instance="",job="a"} 1',
    ]);
    const put = await gateway.send('PUT', '/metrics/job/a', { body: 'k 3\n' });
    expect(put.status).toBe(200);
    expect(await gateway.samples('m', 'n', 'k')).toEqual(['k{instance="",job="a"} 3']);
  });

  test('DELETE forgets exactly its group, and answers 202 where there is none', async () => {
    const gateway = await TestGateway.start();
    await gateway.push('/job/a', 'm 1\n');
    await gateway.push('/job/a/instance/i', 'm 2\n');
    expect(await gateway.send('DELETE', '/metrics/job/a')).toEqual({ status: 202, text: '' });
    expect((await gateway.send('DELETE', '/metrics/job/none')).status).toBe(202);
    expect(await gateway.samples('m', 'push_time_seconds')).toEqual([
      'm{instance="i",job="a"} 2',
      'push_time_seconds{instance="i",job="a"} 1.7e+09',
    ]);
  });

  test('a body in gzip', async () => {
    const gateway = await TestGateway.start();
    const sent = { body: gzipSync('m 1\n'), headers: { 'content-encoding': 'gzip' } };
    expect((await gateway.send('PUT', '/metrics/job/a', sent)).status).toBe(200);
    expect(await gateway.samples('m')).toEqual(['m{instance="",job="a"} 1']);
  });

  test('the time of the last push, and of the last failure', async () => {
    const gateway = await TestGateway.start();
    await gateway.push('/job/a', 'm 1\n');
    gateway.clock.advance(10_000);
    expect((await gateway.push('/job/a', 'm 1 1234\n')).status).toBe(400);
    expect(await gateway.samples('push_time_seconds', 'push_failure_time_seconds')).toEqual([
      'push_failure_time_seconds{instance="",job="a"} 1.70000001e+09',
      'push_time_seconds{instance="",job="a"} 1.7e+09',
    ]);
    expect(await gateway.groups()).toMatchObject([{ last_push_successful: false }]);
  });
});

describe('what does not fit', () => {
  test.each([
    ['m 1 1234\n', 'must not have timestamps'],
    ['m{x="1"} 1\nm{x="1"} 2\n', 'is in the push twice'],
    [
      'go_info 1\nnodejs_version_info{version="x"} 1\n# TYPE pushgateway_build_info counter\npushgateway_build_info 1\n',
      'the Pushgateway itself',
    ],
  ])('%j', async (body, message) => {
    const gateway = await TestGateway.start();
    const answer = await gateway.push('/job/a', body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('pushed metrics are invalid or inconsistent with existing metrics: ');
    expect(answer.text).toContain(message);
  });

  test('the answer to a contradiction names both groups', async () => {
    const gateway = await TestGateway.start();
    await gateway.push('/job/a', '# TYPE m counter\nm 1\n');
    const { status, text } = await gateway.push('/job/b', '# TYPE m gauge\nm 1\n');
    expect(status).toBe(400);
    expect(text).toContain('"m" has type gauge in group {job="b"} and type counter in group {job="a"}');
  });

  test('errors of the text have line and column', async () => {
    const gateway = await TestGateway.start();
    const { status, text } = await gateway.push('/job/a', 'ok 1\nm{x="y" 1\n');
    expect(status).toBe(400);
    expect(text).toMatch(/line 2/);
    expect(text).toMatch(/\(column \d+\)/);
    expect(await gateway.samples('ok')).toEqual([]);
  });

  test('an unknown encoding of the body', async () => {
    const gateway = await TestGateway.start();
    const answer = await gateway.push('/job/a', 'm 1\n', { 'content-encoding': 'br' });
    expect(answer.status).toBe(415);
  });
});

describe('without the consistency check', () => {
  test('every push is answered 202, and scrapes leave out what contradicts', async () => {
    const gateway = await TestGateway.start(['--push.disable-consistency-check']);
    expect((await gateway.push('/job/a', '# TYPE m counter\nm 1\nfine 1\n')).status).toBe(202);
    expect((await gateway.push('/job/b', '# TYPE m counter\nm 2\n')).status).toBe(202);
    expect((await gateway.push('/job/c', '# TYPE m gauge\nm 3\nfine 3\n')).status).toBe(202);
    expect(await gateway.samples('m', 'fine')).toEqual([
      'fine{instance="",job="a"} 1',
      'fine{instance="",job="c"} 3',
      'm{instance="",job="a"} 1',
      'm{instance="",job="b"} 2',
    ]);
    expect(gateway.log).toContain('a pushed metric is left out of scrapes');
    const [leftOut] = await gateway.samples('pushgateway_scrape_families_left_out_total');
    expect(leftOut).toMatch(/\{metric="m"\} [1-9]/);
  });

  test('a series that is twice in a push is served once', async () => {
    const gateway = await TestGateway.start(['--push.disable-consistency-check']);
    await gateway.push('/job/a', 'm{x="1"} 1\nm{x="1"} 2\nm{x="2"} 3\n');
    expect(await gateway.samples('m')).toEqual([
      'm{instance="",job="a",x="1"} 1',
      'm{instance="",job="a",x="2"} 3',
    ]);
  });

  test('a series that two groups have is served from the other when the first goes', async () => {
    const gateway = await TestGateway.start(['--push.disable-consistency-check']);
    await gateway.push('/job/a', 'm{instance="i"} 1\n');
    await gateway.push('/job/a/instance/i', 'm 2\n');
    expect(await gateway.samples('m')).toEqual(['m{instance="i",job="a"} 1']);
    await gateway.send('DELETE', '/metrics/job/a');
    expect(await gateway.samples('m')).toEqual(['m{instance="i",job="a"} 2']);
  });
});

describe('time to live', () => {
  test('groups stay without it', async () => {
    const gateway = await TestGateway.start();
    await gateway.push('/job/a', 'm 1\n');
    gateway.clock.advance(86_400_000);
    expect(await gateway.samples('m')).toHaveLength(1);
  });

  test('by flag, counted from the last push, with a log line and a counter', async () => {
    const gateway = await TestGateway.start(['--push.ttl=1m']);
    await gateway.push('/job/a', 'm 1\n');
    gateway.clock.advance(50_000);
    await gateway.push('/job/a', 'm 2\n');
    gateway.clock.advance(50_000);
    expect(await gateway.samples('m')).toEqual(['m{instance="",job="a"} 2']);
    gateway.clock.advance(11_000);
    expect(await gateway.samples('m', 'push_time_seconds')).toEqual([]);
    expect(await gateway.samples('pushgateway_groups_expired_total')).toEqual([
      'pushgateway_groups_expired_total 1',
    ]);
    expect(gateway.log).toContain('group expired');
  });

  test('by header, which wins over the flag; 0s keeps the group', async () => {
    const gateway = await TestGateway.start(['--push.ttl=1m']);
    await gateway.push('/job/long', 'm 1\n', { 'pushgateway-ttl': '1h' });
    await gateway.push('/job/always', 'm 1\n', { 'pushgateway-ttl': '0s' });
    const expiry = new Date(gateway.clock.nowMs() + 3_600_000).toISOString();
    expect(await gateway.groups()).toMatchObject([{ expires_at: expiry }, {}]);
    gateway.clock.advance(3_500_000);
    expect(await gateway.samples('m')).toHaveLength(2);
    gateway.clock.advance(102_000);
    expect(await gateway.samples('m')).toEqual(['m{instance="",job="always"} 1']);
  });

  test('a header that is no duration is refused', async () => {
    const gateway = await TestGateway.start();
    const { status, text } = await gateway.push('/job/a', 'm 1\n', { 'pushgateway-ttl': 'soon' });
    expect(status).toBe(400);
    expect(text).toContain('header Pushgateway-TTL');
  });
});

test('a group remembers its last five pushers, the newest first', async () => {
  const gateway = await TestGateway.start();
  for (let i = 0; i < 6; i++) {
    gateway.clock.advance(1_000);
    await gateway.push('/job/a', i === 5 ? 'm 1 1\n' : 'm 1\n');
  }
  const [group] = await gateway.groups();
  const pushers = group!['last_pushers'] as { address: string; time: string; failed: boolean }[];
  expect(pushers).toHaveLength(5);
  expect(pushers[0]).toMatchObject({ address: '127.0.0.1', method: 'POST', failed: true });
  expect(pushers[0]!.time).toBe(new Date(gateway.clock.nowMs()).toISOString());
  expect(pushers[1]!.failed).toBe(false);
});

describe('UTF-8 names', () => {
  test('are refused without the flag', async () => {
    const gateway = await TestGateway.start();
    expect((await gateway.push('/job/a', '{"my.metric"} 1\n')).status).toBe(400);
    expect((await gateway.push('/job/a/U__my_2e_label/v', 'm 1\n')).status).toBe(200);
    expect(await gateway.samples('m')).toEqual(['m{U__my_2e_label="v",instance="",job="a"} 1']);
  });

  test('are taken with it, escaped names of the key undone', async () => {
    const gateway = await TestGateway.start(['--push.enable-utf8-names']);
    expect((await gateway.push('/job/a/U__my_2e_label/v', '{"my.metric"} 1\n')).status).toBe(200);
    const accept = { accept: 'text/plain;version=1.0.0;escaping=allow-utf-8' };
    const { text } = await gateway.send('GET', '/metrics', { headers: accept });
    expect(text).toContain('{"my.metric",instance="",job="a","my.label"="v"} 1\n');
  });
});

describe('administration', () => {
  test('wipe is only there with the flag', async () => {
    const closed = await TestGateway.start();
    expect((await closed.send('PUT', '/api/v1/admin/wipe')).status).toBe(404);
    const open = await TestGateway.start(['--web.enable-admin-api']);
    await open.push('/job/a', 'm 1\n');
    await open.push('/job/b', 'm 1\n');
    expect((await open.send('PUT', '/api/v1/admin/wipe')).status).toBe(202);
    expect(await open.groups()).toEqual([]);
  });

  test('quit is only allowed with the flag, and only by PUT and POST', async () => {
    const closed = await TestGateway.start();
    expect((await closed.send('POST', '/-/quit')).status).toBe(403);
    expect(closed.quitRequests).toBe(0);
    const open = await TestGateway.start(['--web.enable-lifecycle']);
    expect((await open.send('GET', '/-/quit')).status).toBe(405);
    expect((await open.send('PUT', '/-/quit')).status).toBe(200);
    await expect.poll(() => open.quitRequests).toBe(1);
  });

  test('status has flags, build and start time', async () => {
    const gateway = await TestGateway.start(['--push.ttl=5m']);
    const { data } = JSON.parse((await gateway.send('GET', '/api/v1/status')).text);
    expect(data.flags).toMatchObject({ 'push.ttl': '5m', 'web.telemetry-path': '/metrics' });
    expect(data.build_information.version).toMatch(/^1\.11\./);
    expect(data.start_time).toBe('2023-11-14T22:13:20.000Z');
  });

  test('a route prefix is before every path', async () => {
    const gateway = await TestGateway.start(['--web.route-prefix=/push']);
    expect((await gateway.send('PUT', '/push/metrics/job/a', { body: 'm 1\n' })).status).toBe(200);
    expect((await gateway.send('GET', '/push/-/healthy')).text).toBe('OK');
    expect((await gateway.send('GET', '/metrics')).status).toBe(404);
  });
});
