// The operating system's release from os-release(5), or from the version list of macOS.
import type { CollectorContext, CollectorDefinition } from '../collector.ts';
import { NoData } from '../collector.ts';
import { isMissing, readText } from '../files.ts';
import { gauge } from '../metric.ts';
import { parseOsRelease } from '../parse-os-release.ts';

const LABELS: readonly (readonly [string, string])[] = [
  ['build_id', 'BUILD_ID'],
  ['id', 'ID'],
  ['id_like', 'ID_LIKE'],
  ['image_id', 'IMAGE_ID'],
  ['image_version', 'IMAGE_VERSION'],
  ['name', 'NAME'],
  ['pretty_name', 'PRETTY_NAME'],
  ['variant', 'VARIANT'],
  ['variant_id', 'VARIANT_ID'],
  ['version', 'VERSION'],
  ['version_codename', 'VERSION_CODENAME'],
  ['version_id', 'VERSION_ID'],
];

const INFO = gauge(
  'node_os_info',
  'Names and version of the operating system.',
  LABELS.map(([label]) => label),
);
const VERSION = gauge('node_os_version', 'Major and minor part of the version, as a number.', [
  'id',
  'id_like',
  'name',
]);
const SUPPORT_END = gauge(
  'node_os_support_end_timestamp_seconds',
  'When the vendor stops to support this release, in seconds since the epoch.',
);

/** In the order in which they are tried. */
const FILES = ['/etc/os-release', '/usr/lib/os-release', '/System/Library/CoreServices/SystemVersion.plist'];

export const os: CollectorDefinition = {
  name: 'os',
  enabledByDefault: true,
  platforms: ['linux', 'darwin'],
  create: (context) => ({
    update(sink) {
      const release = readRelease(context);
      const value = (name: string): string => release.get(name) ?? '';
      sink.add(INFO, 1, ...LABELS.map(([, name]) => value(name)));
      const version = Number(/^\d+\.?\d*/.exec(value('VERSION_ID'))?.[0] ?? 0);
      if (version > 0) sink.add(VERSION, version, value('ID'), value('ID_LIKE'), value('NAME'));
      const end = Date.parse(value('SUPPORT_END'));
      if (!Number.isNaN(end)) sink.add(SUPPORT_END, end / 1000);
    },
  }),
};

function readRelease({ paths }: CollectorContext): ReadonlyMap<string, string> {
  for (const file of FILES) {
    try {
      const text = readText(paths.root(file));
      return file.endsWith('.plist') ? parseVersionList(text) : parseOsRelease(text);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new NoData('no os-release file found');
}

/** The keys of macOS's property list under the names of os-release. */
export function parseVersionList(text: string): Map<string, string> {
  const value = (key: string): string =>
    new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(text)?.[1] ?? '';
  const version = value('ProductVersion');
  return new Map([
    ['NAME', value('ProductName')],
    ['VERSION', version],
    ['VERSION_ID', version],
    ['BUILD_ID', value('ProductBuildVersion')],
  ]);
}
