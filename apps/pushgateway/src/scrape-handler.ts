// `/metrics`: our own metrics and everything pushed, streamed family by family.
import { once } from 'node:events';
import {
  contentType,
  encodeFamilies,
  type Format,
  isLegacyName,
  type MetricFamily,
  type NumberMetric,
  negotiate,
  OFFERED_FORMATS,
  promClientFamilies,
  textHeader,
} from '@prometheus-ts/exposition';
import type { Logger } from '@prometheus-ts/log';
import type { RequestHandler } from 'express';
import type { OwnMetrics } from './own-metrics.ts';
import { type MergedFamily, mergeFamilies } from './store/exposition.ts';
import { linesOf } from './store/group.ts';
import type { GroupStore } from './store/group-store.ts';

const TEXT_FORMATS = OFFERED_FORMATS.filter((format) => format.kind === 'text');
/** Buffers are gathered up to this before they are written. */
const WRITE_BYTES = 256 * 1024;

export function scrapeHandler(store: GroupStore, own: OwnMetrics, log: Logger): RequestHandler {
  /** Contradictions that were logged, so that each is told once and not with every scrape. */
  const told = new Set<string>();
  return async (request, response) => {
    const ownFamilies = await promClientFamilies(own.registry);
    const help = new Map(ownFamilies.map((family) => [family.name, family.help ?? '']));
    const merged = mergeFamilies(store, help, ({ name, group, reason }) => {
      own.leftOut.inc({ metric: name });
      const key = `${name}\xff${group.key.text}`;
      if (told.has(key) || told.size >= 10_000) return;
      told.add(key);
      log.warn('a pushed metric is left out of scrapes', {
        metric: name,
        group: group.key.labels.join(','),
        reason,
      });
    });
    const format = negotiate(request.headers.accept, TEXT_FORMATS);
    response.writeHead(200, { 'Content-Type': contentType(format) });
    const pushedNames = new Set(merged.map(({ name }) => name));
    const alone = ownFamilies.filter(({ name }) => !pushedNames.has(name));
    const ownByName = new Map(ownFamilies.map((family) => [family.name, family]));
    let pending: Uint8Array[] = [encodeFamilies(alone, format)];
    let bytes = 0;
    for (const family of merged) {
      const chunks = encodeMerged(family, ownByName.get(family.name), format);
      for (const chunk of chunks) bytes += chunk.length;
      pending.push(...chunks);
      if (bytes < WRITE_BYTES) continue;
      if (!response.write(Buffer.concat(pending)))
        await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (response.destroyed) return;
      pending = [];
      bytes = 0;
    }
    response.end(Buffer.concat(pending));
  };
}

/** HELP and TYPE once, then the lines of every group; our own metric of that name comes first. */
function encodeMerged(
  { name, type, help, parts }: MergedFamily,
  own: MetricFamily | undefined,
  format: Format,
): Uint8Array[] {
  const all = own ? [own, ...parts] : parts;
  const header = { name, type, ...(help === undefined ? {} : { help }), metrics: [] };
  const isPlain = format.escaping === 'allow-utf-8' || all.every(hasLegacyNames);
  if (isPlain) return [Buffer.from(textHeader(header)), ...all.map(linesOf)];
  // All parts have the merged type; only the compiler cannot see that their metrics fit together.
  const metrics = all.flatMap((part) => part.metrics as readonly NumberMetric[]);
  return [encodeFamilies([{ ...header, metrics } as MetricFamily], format)];
}

function hasLegacyNames(family: MetricFamily): boolean {
  if (!isLegacyName(family.name)) return false;
  return family.metrics.every(({ labels }) => labels.every((text, i) => i % 2 === 1 || isLegacyName(text)));
}
