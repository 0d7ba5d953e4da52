// The effective configuration: defaults filled in, globals inherited, paths resolved. Fields carry the names
// of the file. Durations are milliseconds, sizes bytes; 0 stands for "no limit".
import type { AlertingConfig } from './alerting-schema.ts';
import type { GlobalConfig, RuntimeConfig } from './global-schema.ts';
import type { RemoteReadConfig, RemoteWriteConfig } from './remote-schema.ts';
import type { ScrapeConfig } from './scrape-schema.ts';
import type { OtlpConfig, StorageConfig } from './storage-schema.ts';
import type { TracingConfig } from './tracing-schema.ts';

export type { GlobalConfig } from './global-schema.ts';
export type { ScrapeConfig } from './scrape-schema.ts';

export interface ServerConfig {
  readonly global: GlobalConfig;
  readonly runtime: RuntimeConfig;
  readonly alerting: AlertingConfig;
  /** Patterns. */
  readonly rule_files: readonly string[];
  /** Patterns. */
  readonly scrape_config_files: readonly string[];
  /** Those of the file itself. */
  readonly scrape_configs: readonly ScrapeConfig[];
  readonly storage: StorageConfig;
  readonly tracing: TracingConfig | undefined;
  readonly remote_write: readonly RemoteWriteConfig[];
  readonly remote_read: readonly RemoteReadConfig[];
  readonly otlp: OtlpConfig;
}
