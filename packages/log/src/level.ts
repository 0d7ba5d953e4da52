// Log levels in upstream's order and spelling.

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['logfmt', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** `slog`: Prometheus, Alertmanager, node_exporter. `gokit`: Pushgateway. */
export type LogStyle = 'slog' | 'gokit';

/** Larger is more severe. */
export function severity(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}
