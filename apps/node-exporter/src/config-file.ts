// --config.file: flags in a YAML file, which can be read again while running.
//
//   collector.hwmon: false
//   collector.textfile.directory: [/var/lib/node_exporter, /run/metrics]
//   collector.filesystem.mount-points-exclude: ^/(dev|proc|sys)($|/)
//
// Keys are flag names; a flag on the command line wins over the file.
import type { FlagDefinition } from '@prometheus-ts/cli';
import {
  ConfigError,
  isNull,
  parseYaml,
  readConfigFile,
  resolveScalar,
  type YamlNode,
  type YamlScalar,
} from '@prometheus-ts/config';
import { nearestName } from '@prometheus-ts/model';

/** Arguments as the command line would have them, by flag. Throws ConfigError with place and advice. */
export function readFlagsFile(path: string, definitions: readonly FlagDefinition[]): Map<string, string[]> {
  const root = parseYaml(readConfigFile(path), path);
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  known.delete('config.file');
  const result = new Map<string, string[]>();
  if (isNull(root)) return result;
  if (root.kind !== 'mapping') throw problem(root, 'wrong_type', 'expected flags as `name: value`');
  for (const { key, value } of root.entries) {
    const name = key.kind === 'scalar' ? key.text : '';
    const definition = known.get(name);
    if (definition === undefined) {
      const near = nearestName(name, known.keys());
      const hint = near === undefined ? 'see --help for the names of flags' : `did you mean ${near}?`;
      throw problem(key, 'unknown_field', `unknown flag ${JSON.stringify(name)}`, hint);
    }
    result.set(name, argumentsOf(definition, value));
  }
  return result;
}

function argumentsOf(definition: FlagDefinition, node: YamlNode): string[] {
  const { name, kind, repeatable } = definition;
  const target = node.kind === 'alias' ? node.target : node;
  if (target.kind === 'sequence') {
    if (repeatable !== true) throw problem(node, 'wrong_type', `flag ${name} takes one value, not a list`);
    return target.items.flatMap((item) => argumentsOf(definition, item));
  }
  if (target.kind !== 'scalar')
    throw problem(node, 'wrong_type', `flag ${name} takes a value, not a mapping`);
  if (kind !== 'bool') return [`--${name}=${target.text}`];
  return [booleanOf(target, name) ? `--${name}` : `--no-${name}`];
}

function booleanOf(node: YamlScalar, name: string): boolean {
  const resolved = resolveScalar(node);
  if (resolved.tag === '!!bool') return resolved.value as boolean;
  throw problem(node, 'wrong_type', `flag ${name} is true or false, not ${JSON.stringify(node.text)}`);
}

function problem(node: YamlNode, code: string, message: string, hint?: string): ConfigError {
  return new ConfigError([
    node.source.problem(node.offset, code, message, hint === undefined ? {} : { hint }),
  ]);
}
