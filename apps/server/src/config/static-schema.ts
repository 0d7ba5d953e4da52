// static_configs: targets that stand in the file itself.
import { field, list, object, type Schema, string, type TypeOf } from '@prometheus-ts/config';
import { quoteGo } from '@prometheus-ts/model';
import { labels } from './label-map.ts';

export const staticConfigSchema = object('struct', {
  targets: field(list(string()), { omitEmpty: false }),
  labels: field(labels()),
});

export type StaticConfig = TypeOf<typeof staticConfigSchema>;

/** Groups; a group that is null is an error. */
export function staticConfigs(): Schema<readonly StaticConfig[]> {
  return list(staticConfigSchema, { refuseNull: 'empty or null section in static_configs' });
}

/** What is wrong with an address, or undefined. */
export function addressProblem(address: string): string | undefined {
  if (!address.includes('/')) return undefined;
  return `${quoteGo(address)} is not a valid hostname`;
}
