// Which metric and label names are valid. The legacy rules are those of Prometheus before 3.0; since then any
// text is, as long as it is not empty.

export const NameScheme = { legacy: 'legacy', utf8: 'utf8' } as const;
export type NameScheme = (typeof NameScheme)[keyof typeof NameScheme];

/** Letters, digits, underscores and colons, no digit first. */
export function isLegacyMetricName(name: string): boolean {
  return isLegacy(name, true);
}

/** Letters, digits and underscores, no digit first. */
export function isLegacyLabelName(name: string): boolean {
  return isLegacy(name, false);
}

export function isValidMetricName(name: string, scheme: NameScheme = NameScheme.utf8): boolean {
  return scheme === NameScheme.legacy ? isLegacy(name, true) : name !== '' && name.isWellFormed();
}

export function isValidLabelName(name: string, scheme: NameScheme = NameScheme.utf8): boolean {
  return scheme === NameScheme.legacy ? isLegacy(name, false) : name !== '' && name.isWellFormed();
}

function isLegacy(name: string, colons: boolean): boolean {
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    const letter = unit | 0x20;
    const valid =
      (letter >= 0x61 && letter <= 0x7a && unit < 0x80) ||
      unit === 0x5f ||
      (unit >= 0x30 && unit <= 0x39 && i > 0) ||
      (unit === 0x3a && colons);
    if (!valid) return false;
  }
  return name !== '';
}
