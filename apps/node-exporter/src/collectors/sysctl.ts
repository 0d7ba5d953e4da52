// Chosen values of /proc/sys, as numbers or as labels.
import { CodedError } from '@prometheus-ts/model';
import type { CollectorDefinition } from '../collector.ts';
import { fields, parseNumber, readText } from '../files.ts';
import { gauge, MetricCache, sanitizeMetricName, untyped } from '../metric.ts';

const INFO = gauge('node_sysctl_info', 'Text of the setting.', ['name', 'value', 'index']);

interface Setting {
  readonly name: string;
  /** Names of the values where there are several; empty to number them. */
  readonly keys: readonly string[];
}

export const sysctl: CollectorDefinition = {
  name: 'sysctl',
  enabledByDefault: false,
  platforms: ['linux'],
  flags: [
    {
      name: 'collector.sysctl.include',
      kind: 'string',
      repeatable: true,
      help: 'A setting to show as a number, NAME or NAME:KEY,KEY,… where it has several. Repeatable.',
    },
    {
      name: 'collector.sysctl.include-info',
      kind: 'string',
      repeatable: true,
      help: 'A setting to show as a label of node_sysctl_info. Repeatable.',
    },
  ],
  create({ paths, flags }) {
    const numbers = flags.strings('collector.sysctl.include').map(parseSetting);
    const texts = flags.strings('collector.sysctl.include-info').map(parseSetting);
    const plain = new MetricCache((name) => untyped(`node_sysctl_${name}`, `Setting ${name} of the kernel.`));
    const indexed = new MetricCache((name) =>
      untyped(`node_sysctl_${name}`, `Setting ${name} of the kernel.`, ['index']),
    );
    const valuesOf = ({ name, keys }: Setting): string[] => {
      const values = fields(readText(paths.proc(`sys/${name.replaceAll('.', '/')}`)));
      if (values.length === 0) throw new CodedError('bad_sysctl', `sysctl ${name} has no values`);
      if (keys.length > 0 && values.length !== keys.length) {
        throw new CodedError(
          'bad_sysctl',
          `sysctl ${name} has ${values.length} values but ${keys.length} names`,
          {
            hint: `give --collector.sysctl.include=${name}: as many names as the setting has values`,
          },
        );
      }
      return values;
    };
    return {
      update(sink) {
        for (const setting of numbers) {
          const name = sanitizeMetricName(setting.name);
          const values = valuesOf(setting).map((value) => parseNumber(value, `sysctl ${setting.name}`));
          for (const [i, value] of values.entries()) {
            if (setting.keys.length > 0) sink.add(plain.get(`${name}_${setting.keys[i]}`), value);
            else if (values.length === 1) sink.add(plain.get(name), value);
            else sink.add(indexed.get(name), value, String(i));
          }
        }
        for (const setting of texts) {
          for (const [i, value] of valuesOf(setting).entries())
            sink.add(INFO, 1, setting.name, value, String(i));
        }
      },
    };
  },
};

function parseSetting(text: string): Setting {
  const colon = text.indexOf(':');
  return colon < 0
    ? { name: text, keys: [] }
    : { name: text.slice(0, colon), keys: text.slice(colon + 1).split(',') };
}
