// \p{…}: general categories and scripts by the names that Go knows. The ranges come from V8's own Unicode
// tables on first use, so the repository carries names only.
import { ClassBuilder, type Ranges } from './character-class.ts';

const CATEGORIES = new Set(
  (
    'C Cc Cf Cn Co Cs L LC Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No ' +
    'P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'
  ).split(' '),
);

const SCRIPTS = new Set(
  `Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki
  Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee
  Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan
  Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi
  Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
  Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi
  Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani
  Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
  Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
  New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian
  Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong
  Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian
  Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le
  Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai
  Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square`.split(/\s+/),
);

/** Names by the spelling that only Unicode's own lists use, in addition to the short ones. */
const LONG_CATEGORIES = new Set(
  `Cased_Letter Close_Punctuation Combining_Mark Connector_Punctuation Control Currency_Symbol Dash_Punctuation
  Decimal_Number Enclosing_Mark Final_Punctuation Format Initial_Punctuation Letter Letter_Number Line_Separator
  Lowercase_Letter Mark Math_Symbol Modifier_Letter Modifier_Symbol Nonspacing_Mark Number Open_Punctuation Other
  Other_Letter Other_Number Other_Punctuation Other_Symbol Paragraph_Separator Private_Use Punctuation Separator
  Space_Separator Spacing_Mark Surrogate Symbol Titlecase_Letter Unassigned Uppercase_Letter cntrl digit
  punct`.split(/\s+/),
);

/** From the name as it is compared (lower case, without spaces, underscores and hyphens) to V8's own. */
const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ...[...SCRIPTS].map((name) => [comparable(name), `Script=${name}`] as const),
  ...[...LONG_CATEGORIES, ...CATEGORIES].map((name) => [comparable(name), name] as const),
  ['any', 'Any'],
  ['ascii', 'ASCII'],
  ['assigned', 'Assigned'],
]);

/** Where characters lie one by one, and runs that are all of one kind. Surrogates never stand alone in a text. */
const SCANNED = [
  [0, 0xd7ff],
  [0xe000, 0x3ffff],
  [0xe0000, 0xe0fff],
] as const;
const UNIFORM = [
  [0x40000, 0xdffff],
  [0xe1000, 0xeffff],
  [0xf0000, 0xffffd],
  [0xffffe, 0xfffff],
  [0x100000, 0x10fffd],
  [0x10fffe, 0x10ffff],
] as const;
const SURROGATES = [0xd800, 0xdfff] as const;
const BLOCK = 4096;

const known = new Map<string, Ranges>();

/** The code points of a class name, or undefined for a name that Go does not know. */
export function unicodeClass(name: string): Ranges | undefined {
  const property = PROPERTIES.get(comparable(name));
  if (property === undefined) return undefined;
  let ranges = known.get(property);
  if (!ranges) known.set(property, (ranges = scan(`\\p{${property}}+`)));
  return ranges;
}

function comparable(name: string): string {
  return name.replaceAll(/[ _-]/g, '').toLowerCase();
}

function scan(pattern: string): Ranges {
  const expression = new RegExp(pattern, 'gu');
  const builder = new ClassBuilder();
  for (const [start, end] of SCANNED) {
    for (let from: number = start; from <= end; from += BLOCK) {
      const length = Math.min(BLOCK, end + 1 - from);
      const units = from > 0xffff ? 2 : 1;
      const text = String.fromCodePoint(...Array.from({ length }, (_, i) => from + i));
      for (const match of text.matchAll(expression)) {
        const low = from + match.index / units;
        builder.add(low, low + match[0].length / units - 1);
      }
    }
  }
  for (const [start, end] of [...UNIFORM, SURROGATES]) {
    if (String.fromCodePoint(start).search(expression) === 0) builder.add(start, end);
  }
  return builder.build();
}
