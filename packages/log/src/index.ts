export { duration, LogDuration, type LogFields } from './field.ts';
export { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel, type LogStyle } from './level.ts';
export { createLogger, type Logger, type LoggerOptions, silentLogger } from './logger.ts';
