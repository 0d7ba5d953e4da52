// Ways to sign in with cloud vendors: SigV4, Azure AD, Google IAM.
import { boolean, field, object, optional, path, Secret, secret, string } from '@prometheus-ts/config';

export const sigv4Schema = object(
  'sigv4.plain',
  {
    region: field(string()),
    access_key: field(string()),
    secret_key: field(secret()),
    profile: field(string()),
    role_arn: field(string()),
    external_id: field(string()),
    use_fips_sts_endpoint: field(boolean()),
    service_name: field(string()),
  },
  {
    check(value, report) {
      if ((value.access_key === '') !== value.secret_key.isEmpty) {
        report(
          undefined,
          'must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config',
        );
      }
      return undefined;
    },
  },
);

const UUID = /^(urn:uuid:)?\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;
const CLOUDS = ['AzurePublic', 'AzureGovernment', 'AzureChina'];
const DEFAULT_TOKEN_PATH = '/var/run/secrets/azure/tokens/azure-identity-token';

const azureMethods = {
  managed_identity: field(optional(object('azuread.ManagedIdentityConfig', { client_id: field(string()) }))),
  workload_identity: field(
    optional(
      object('azuread.WorkloadIdentityConfig', {
        client_id: field(string()),
        tenant_id: field(string()),
        token_file_path: field(string(), {
          default: () => process.env['AZURE_FEDERATED_TOKEN_FILE'] || DEFAULT_TOKEN_PATH,
        }),
      }),
    ),
  ),
  oauth: field(
    optional(
      object('azuread.OAuthConfig', {
        client_id: field(string()),
        client_secret: field(secret()),
        tenant_id: field(string()),
      }),
    ),
  ),
  sdk: field(optional(object('azuread.SDKConfig', { tenant_id: field(string()) }))),
  certificate: field(
    optional(
      object('azuread.CertificateConfig', {
        client_id: field(string()),
        tenant_id: field(string()),
        certificate_path: field(string()),
        certificate_key_path: field(string()),
        certificate_password: field(secret()),
        send_certificate_chain: field(boolean()),
      }),
    ),
  ),
};
type AzureMethod = keyof typeof azureMethods;

/** Per method: its name in errors, and the fields it cannot do without. */
const AZURE_NEEDS: readonly { method: AzureMethod; name: string; needs: readonly string[] }[] = [
  { method: 'managed_identity', name: 'Managed Identity', needs: [] },
  { method: 'workload_identity', name: 'Workload Identity', needs: ['client_id', 'tenant_id'] },
  { method: 'oauth', name: 'OAuth', needs: ['client_id', 'client_secret', 'tenant_id'] },
  { method: 'sdk', name: 'SDK', needs: [] },
  { method: 'certificate', name: 'Certificate', needs: ['client_id', 'tenant_id', 'certificate_path'] },
];

export const azureAdSchema = object(
  'azuread.plain',
  { ...azureMethods, cloud: field(string(), { default: CLOUDS[0]! }), scope: field(string()) },
  {
    check(value, report) {
      if (!CLOUDS.includes(value.cloud || CLOUDS[0]!)) {
        report('cloud', 'must provide a cloud in the Azure AD config', `one of ${CLOUDS.join(', ')}`);
      }
      const used = AZURE_NEEDS.filter(({ method }) => value[method] !== undefined);
      if (used.length === 0) {
        report(
          undefined,
          'must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth, Azure Certificate or Azure SDK in the Azure AD config',
        );
      } else if (used.length > 1) {
        report(used[1]!.method, 'cannot provide multiple authentication methods in the Azure AD config');
      }
      for (const { method, name, needs } of used) {
        const given = value[method] as Readonly<Record<string, unknown>>;
        const missing = needs.find((need) => String(given[need] ?? '') === '' || isEmptySecret(given[need]));
        if (missing !== undefined) {
          report(method, `must provide an Azure ${name} ${missing} in the Azure AD config`);
        } else if (needsUuid(given['client_id'])) {
          report(method, `the provided Azure ${name} client_id is invalid`);
        } else if (method === 'workload_identity' && needsUuid(given['tenant_id'])) {
          report(method, 'the provided Azure Workload Identity tenant_id is invalid');
        }
      }
      if (value.scope !== '' && !/^[\w\s:/.-]+$/.test(value.scope)) {
        report('scope', 'the provided scope contains invalid characters');
      }
      return undefined;
    },
  },
);

function needsUuid(id: unknown): boolean {
  return typeof id === 'string' && id !== '' && !UUID.test(id);
}

function isEmptySecret(value: unknown): boolean {
  return value instanceof Secret && value.isEmpty;
}

export const googleIamSchema = object('googleiam.Config', { credentials_file: field(path()) });
