// \p{…}: general categories and scripts by the names that Go knows. The ranges come from V8's own Unicode
// tables on first use, so the repository carries names only.
import { ANY, ClassBuilder, type Ranges } from './character-class.ts';

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

/** Everything but the surrogates, which cannot stand alone in a text of code points. */
const SCANNED = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
] as const;
const BLOCK = 4096;

const known = new Map<string, Ranges>([['Any', ANY]]);

/** The code points of a class name, or undefined for a name that Go does not know. */
export function unicodeClass(name: string): Ranges | undefined {
  let ranges = known.get(name);
  if (ranges) return ranges;
  if (CATEGORIES.has(name)) ranges = scan(`\\p{${name}}+`, name === 'C' || name === 'Cs');
  else if (SCRIPTS.has(name)) ranges = scan(`\\p{Script=${name}}+`, false);
  if (ranges) known.set(name, ranges);
  return ranges;
}

function scan(pattern: string, withSurrogates: boolean): Ranges {
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
    if (withSurrogates && end === 0xd7ff) builder.add(0xd800, 0xdfff);
  }
  return builder.build();
}
