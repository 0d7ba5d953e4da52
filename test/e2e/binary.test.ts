// What only a single executable can get wrong: workers and the password addon live inside the file, and nothing
// of the repository is near it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhen, eventually, findProgram, freePort, temporaryFolder } from '@prometheus-ts/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/root.ts';
import { Daemon } from '../support/daemon.ts';

const built = existsSync(join(root, 'dist/bin/prometheus'));
const present = built && findProgram('htpasswd') !== undefined;

describeWhen(
  present,
  'dist/bin (npm run build) or htpasswd',
  'single executables away from the repository',
  () => {
    test('prometheus asks for the password of web.yml and answers a query from a worker', {
      timeout: 60_000,
    }, async () => {
      const folder = temporaryFolder();
      const port = await freePort();
      copyFileSync(join(root, 'dist/bin/prometheus'), join(folder, 'prometheus'));
      const hash = execFileSync('htpasswd', ['-nbBC', '10', 'alice', 'secret'], { encoding: 'utf8' })
        .trim()
        .split(':')[1];
      writeFileSync(join(folder, 'web.yml'), `basic_auth_users:\n  alice: ${hash}\n`);
      writeFileSync(
        join(folder, 'prometheus.yml'),
        `
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: self
    basic_auth: { username: alice, password: secret }
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
      );
      const url = `http://127.0.0.1:${port}`;
      const headers = { authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` };
      const daemon = await Daemon.start({
        command: join(folder, 'prometheus'),
        args: [
          '--config.file=prometheus.yml',
          '--web.config.file=web.yml',
          `--web.listen-address=127.0.0.1:${port}`,
        ],
        cwd: folder,
        env: { HOME: folder },
        readyUrl: `${url}/-/ready`,
        readyHeaders: headers,
      });
      onTestFinished(() => void daemon.kill());
      expect((await fetch(`${url}/-/ready`)).status).toBe(401);
      await eventually(async () => {
        const now = Date.now() / 1000;
        const query = `query=up&start=${now - 10}&end=${now}&step=1`;
        const answer = await fetch(`${url}/api/v1/query_range?${query}`, { headers });
        const { data } = (await answer.json()) as { data: { result: { values: [number, string][] }[] } };
        expect(data.result[0]!.values.at(-1)![1]).toBe('1');
      }, 20_000);
      expect(await daemon.stop()).toBe(0);
    });

    test('each prints its version and platform', () => {
      for (const name of ['prometheus', 'node_exporter']) {
        const output = execFileSync(join(root, 'dist/bin', name), ['--version'], { encoding: 'utf8' });
        expect(output).toMatch(new RegExp(`^${name}, version \\S+ \\(branch: `));
        expect(output).toContain('platform:');
      }
    });
  },
);
