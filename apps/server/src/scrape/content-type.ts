// Which parser a response gets. Since 3.0 a target must say what it sends, or the configuration must.
import { CodedError, quoteGo } from '@prometheus-ts/model';
import { parseMediaType } from './media-type.ts';

const SUPPORTED = ['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf'] as const;
export type ExpositionType = (typeof SUPPORTED)[number];

export interface Exposition {
  readonly type: ExpositionType;
  /** Why the fallback was taken, where it was. */
  readonly note: string | undefined;
}

/**
 * @param contentType the header as received, '' where it is absent
 * @param fallback media type of `fallback_scrape_protocol`, '' for none
 * @throws CodedError `content-type` where neither says what the body is
 */
export function expositionOf(contentType: string, fallback: string): Exposition {
  if (contentType === '') {
    if (fallback === '') {
      throw unusable(
        'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target',
      );
    }
    const note = `non-compliant scrape target sending blank Content-Type, using fallback_scrape_protocol ${quoteGo(fallback)}`;
    return { type: fallback as ExpositionType, note };
  }
  const quoted = quoteGo(contentType);
  const parsed = parseMediaType(contentType);
  if ('problem' in parsed) {
    if (fallback === '') {
      throw unusable(
        `cannot parse Content-Type ${quoted} and no fallback_scrape_protocol for target\n${parsed.problem}`,
      );
    }
    const note = `could not parse received Content-Type ${quoted}, using fallback_scrape_protocol ${quoteGo(fallback)}\n${parsed.problem}`;
    return { type: fallback as ExpositionType, note };
  }
  const { type } = parsed;
  if (isSupported(type)) return { type, note: undefined };
  if (fallback === '') {
    throw unusable(
      `received unsupported Content-Type ${quoted} and no fallback_scrape_protocol specified for target`,
      type === 'text/html' ? 'this is an HTML page, not metrics: check metrics_path and the port' : undefined,
    );
  }
  const note = `received unsupported Content-Type ${quoted}, using fallback_scrape_protocol ${quoteGo(fallback)}`;
  return { type: fallback as ExpositionType, note };
}

function isSupported(type: string): type is ExpositionType {
  return (SUPPORTED as readonly string[]).includes(type);
}

function unusable(message: string, hint?: string): CodedError {
  return new CodedError('content-type', message, {
    hint:
      hint ??
      'set fallback_scrape_protocol (for example PrometheusText0.0.4) in the scrape configuration, or have the target send a Content-Type',
  });
}
