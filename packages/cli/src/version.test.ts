import { expect, test } from 'vitest';
import { buildContext, platform, versionSummary, versionText } from './version.ts';

const build = {
  version: '3.14.0',
  revision: 'abc',
  branch: 'main',
  buildUser: 'root@host',
  buildDate: '20260805-10:00:00',
};

test('--version in the layout of prometheus/common', () => {
  expect(versionText('prometheus', build).split('\n')).toEqual([
    'prometheus, version 3.14.0 (branch: main, revision: abc)',
    '  build user:       root@host',
    '  build date:       20260805-10:00:00',
    `  node version:     ${process.version}`,
    `  platform:         ${platform()}`,
    '  tags:             unknown',
  ]);
});

test('the platform is named as archives are', () => {
  expect(platform()).toMatch(/^(linux|darwin|windows|freebsd)\/(amd64|arm64|arm|386)$/);
});

test('summaries for the log', () => {
  expect(versionSummary(build)).toBe('(version=3.14.0, branch=main, revision=abc)');
  expect(buildContext(build)).toBe(
    `(node=${process.version}, platform=${platform()}, user=root@host, date=20260805-10:00:00, tags=unknown)`,
  );
});
