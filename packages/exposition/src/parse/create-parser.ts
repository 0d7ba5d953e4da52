// The parser for a response: by its media type, with histogram conversion where asked for.
import { ClassicConverter } from './classic-converter.ts';
import type { ExpositionParser, ParserOptions } from './entry.ts';
import type { KnownLines } from './known-lines.ts';
import { ProtobufParser } from './protobuf/protobuf-parser.ts';
import { TextParser } from './text-parser.ts';

export const MediaType = {
  text: 'text/plain',
  openMetrics: 'application/openmetrics-text',
  protobuf: 'application/vnd.google.protobuf',
} as const;
export type MediaType = (typeof MediaType)[keyof typeof MediaType];

/**
 * @param known the lines of the target; clear it when the media type of a target changes, since one series has
 * different bytes in different formats
 */
export function createParser(
  mediaType: MediaType,
  known: KnownLines,
  options: Omit<ParserOptions, 'format'> = {},
): ExpositionParser {
  if (mediaType === MediaType.protobuf) return new ProtobufParser(known, options);
  const format = mediaType === MediaType.openMetrics ? 'openmetrics' : 'text';
  const parserOptions = { ...options, format } as const;
  return options.convertClassicHistograms
    ? new ClassicConverter(known, parserOptions)
    : new TextParser(known, parserOptions);
}
