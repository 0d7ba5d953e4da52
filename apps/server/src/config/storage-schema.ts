// The sections `storage`, `tracing` and `otlp`.
import {
  boolean,
  duration,
  field,
  float,
  integer,
  list,
  object,
  optional,
  string,
  type TypeOf,
} from '@prometheus-ts/config';
import { formatByteSize, quoteGo } from '@prometheus-ts/model';
import { size } from './size.ts';

/** How long and how much to keep where the file does not say: from the flags. */
export interface RetentionDefaults {
  readonly time: number;
  readonly size: number;
}

const DAY_MS = 86_400_000;
export const DEFAULT_RETENTION: RetentionDefaults = { time: 15 * DAY_MS, size: 0 };

const retention = object(
  'config.plain',
  { time: field(duration()), size: field(size()), percentage: field(float()) },
  {
    check(value, report) {
      if (value.size < 0) {
        report(
          'size',
          `'storage.tsdb.retention.size' must be greater than or equal to 0, got ${formatByteSize(value.size)}`,
        );
      }
      if (value.percentage < 0 || value.percentage > 100) {
        report(
          'percentage',
          `'storage.tsdb.retention.percentage' must be in the range [0, 100], got ${value.percentage}`,
        );
      }
      return undefined;
    },
  },
);

const ENCODINGS = ['', 'xor', 'xor2'];

const tsdb = object(
  'config.plain',
  {
    // Upstream prints the window a second time, in milliseconds, under the name of its own variable.
    outofordertimewindow: field(integer({ typeName: 'int64' }), { omitEmpty: false }),
    out_of_order_time_window: field(duration()),
    stale_series_compaction_threshold: field(float()),
    chunk_encoding: field(object('config.ChunkEncodingConfig', { floats: field(string()) })),
    retention: field(optional(retention)),
  },
  {
    check(value, report) {
      const { floats } = value.chunk_encoding;
      if (!ENCODINGS.includes(floats)) {
        report(
          'chunk_encoding',
          `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got ${quoteGo(floats)}`,
        );
      }
      return { ...value, outofordertimewindow: value.out_of_order_time_window };
    },
  },
);

export const storageSchema = object('config.StorageConfig', {
  tsdb: field(optional(tsdb)),
  exemplars: field(
    optional(object('config.ExemplarsConfig', { max_exemplars: field(integer({ typeName: 'int64' })) })),
  ),
});

type Written = TypeOf<typeof storageSchema>;
type WrittenTsdb = NonNullable<Written['tsdb']>;

/** With the database's section always there. */
export interface StorageConfig extends Written {
  readonly tsdb: WrittenTsdb & { readonly retention: NonNullable<WrittenTsdb['retention']> };
}

/** Fills in what the flags say. */
export function completeStorage(value: Written, defaults: RetentionDefaults): StorageConfig {
  const own = value.tsdb ?? tsdb.defaults();
  const kept = own.retention ?? { ...retention.defaults(), ...defaults };
  return { ...value, tsdb: { ...own, retention: kept } };
}

const STRATEGIES = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
];
const UTF8_STRATEGIES = ['NoUTF8EscapingWithSuffixes', 'NoTranslation'];

/** What is wrong with the translation strategy under the global name validation, or undefined. */
export function strategyProblem(strategy: string, validation: string): string | undefined {
  if (strategy === '') return undefined;
  if (!STRATEGIES.includes(strategy)) return `unsupported OTLP translation strategy ${quoteGo(strategy)}`;
  if (validation !== 'legacy' || !UTF8_STRATEGIES.includes(strategy)) return undefined;
  return `OTLP translation strategy ${quoteGo(strategy)} is not allowed when UTF8 is disabled`;
}

export const otlpSchema = object(
  'config.plain',
  {
    promote_all_resource_attributes: field(boolean()),
    promote_resource_attributes: field(list(string())),
    ignore_resource_attributes: field(list(string())),
    translation_strategy: field(string(), { default: 'UnderscoreEscapingWithSuffixes' }),
    keep_identifying_resource_attributes: field(boolean()),
    convert_histograms_to_nhcb: field(boolean()),
    promote_scope_metadata: field(boolean()),
    label_name_underscore_sanitization: field(boolean(), { default: true }),
    label_name_preserve_multiple_underscores: field(boolean(), { default: true }),
  },
  {
    // As upstream: a section without content turns the defaults off.
    nullMeans: 'zero',
    check(value, report) {
      const all = value.promote_all_resource_attributes;
      if (all && value.promote_resource_attributes.length > 0) {
        report(
          'promote_resource_attributes',
          "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
        );
        return undefined;
      }
      if (!all && value.ignore_resource_attributes.length > 0) {
        report(
          'ignore_resource_attributes',
          "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
        );
        return undefined;
      }
      const name = all ? 'ignore_resource_attributes' : 'promote_resource_attributes';
      const problems = attributeProblems(value[name], all ? 'ignored' : 'promoted');
      if (problems.length > 0) report(name, `invalid '${name}': ${problems.join('\n')}`);
      return { ...value, [name]: value[name].map((attribute) => attribute.trim()) };
    },
  },
);
export type OtlpConfig = TypeOf<typeof otlpSchema>;

function attributeProblems(attributes: readonly string[], adjective: string): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const attribute of attributes.map((text) => text.trim())) {
    if (attribute === '') problems.push(`empty ${adjective} OTel resource attribute`);
    else if (seen.has(attribute)) {
      problems.push(`duplicated ${adjective} OTel resource attribute ${quoteGo(attribute)}`);
    }
    seen.add(attribute);
  }
  return problems;
}
