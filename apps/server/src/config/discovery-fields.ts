// The fields of service discovery that scrape configurations and Alertmanagers share, in the order in which
// they are printed.
import { type Field, field, list, type TypeOf } from '@prometheus-ts/config';
import { MECHANISMS, type MechanismName } from './discovery/mechanisms.ts';
import { staticConfigs } from './static-schema.ts';

type DiscoveryFields = {
  readonly [Name in MechanismName as `${Name}_sd_configs`]: Field<
    readonly TypeOf<(typeof MECHANISMS)[Name]>[]
  >;
} & { readonly static_configs: ReturnType<typeof staticField> };

const staticField = () => field(staticConfigs());

/** Names of the fields besides static_configs. */
export const MECHANISM_FIELDS = Object.keys(MECHANISMS).map((name) => `${name}_sd_configs`);

function makeFields(): DiscoveryFields {
  const fields: Record<string, unknown> = { static_configs: staticField() };
  for (const [name, schema] of Object.entries(MECHANISMS)) {
    const key = `${name}_sd_configs`;
    fields[key] = field(list<unknown>(schema, { refuseNull: `empty or null section in ${key}` }));
  }
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((name) => [name, fields[name]]),
  ) as unknown as DiscoveryFields;
}

export const discoveryFields: DiscoveryFields = makeFields();
