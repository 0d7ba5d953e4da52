// Whether the configuration on disk is still the one that runs: the content of the file and of all files that
// it takes in.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseYaml, type YamlNode } from '@prometheus-ts/config';

const INCLUDES = ['rule_files', 'scrape_config_files'];

/** Hex digest. Throws what reading the files throws, and ConfigError for what is no YAML. */
export function configChecksum(file: string): string {
  const content = readFileSync(file);
  const hash = createHash('sha256').update(content);
  const root = parseYaml(content, file);
  if (root.kind !== 'mapping') return hash.digest('hex');
  for (const { key, value } of root.entries) {
    if (key.kind !== 'scalar' || !INCLUDES.includes(key.text)) continue;
    for (const pattern of scalars(value)) {
      for (const included of globSync(resolve(dirname(file), pattern)).sort()) {
        hash.update(`${key.text}\0${included}\0`).update(readFileSync(included)).update('\0');
      }
    }
  }
  return hash.digest('hex');
}

function scalars(node: YamlNode): string[] {
  if (node.kind === 'alias') return scalars(node.target);
  if (node.kind !== 'sequence') return [];
  return node.items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
}
