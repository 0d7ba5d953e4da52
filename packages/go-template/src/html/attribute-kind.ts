// What the values of HTML attributes are.

export const AttributeKind = {
  plain: 'plain',
  url: 'url',
  css: 'css',
  js: 'js',
  html: 'html',
  srcset: 'srcset',
  /** Decides over how embedded content and messages are taken; nobody but the template's author may. */
  unsafe: 'unsafe',
} as const;
export type AttributeKind = (typeof AttributeKind)[keyof typeof AttributeKind];

const PLAIN = new Set(
  `accept alt autocomplete autofocus autoplay border checked class cols colspan contenteditable
  contextmenu controls coords datetime default dir dirname disabled draggable dropzone for
  formtarget headers height hidden high hreflang id ismap kind label lang list loop low max
  maxlength media mediagroup min multiple name open optimum placeholder preload pubdate radiogroup
  readonly required reversed rows rowspan spellcheck scope scoped seamless selected shape size sizes
  span srclang start step tabindex target title width wrap`.split(/\s+/),
);

const UNSAFE = new Set(
  `accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod
  formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value`.split(/\s+/),
);

const URLS = new Set(
  `action archive background cite classid codebase data formaction href icon longdesc manifest poster
  profile src usemap xmlns`.split(/\s+/),
);

/** The most powerful kind that an attribute can be, by its name in lower case. */
export function attributeKind(attribute: string): AttributeKind {
  let name = attribute;
  if (name.startsWith('data-')) name = name.slice(5);
  else if (name.includes(':')) {
    if (name.startsWith('xmlns:')) return AttributeKind.url;
    name = name.slice(name.indexOf(':') + 1);
  }
  if (URLS.has(name)) return AttributeKind.url;
  if (UNSAFE.has(name)) return AttributeKind.unsafe;
  if (PLAIN.has(name)) return AttributeKind.plain;
  if (name === 'style') return AttributeKind.css;
  if (name === 'srcset') return AttributeKind.srcset;
  if (name === 'srcdoc') return AttributeKind.html;
  if (name.startsWith('on')) return AttributeKind.js;
  // Attributes that people make up: g:tweetUrl, data-image-src.
  return /src|uri|url/.test(name) ? AttributeKind.url : AttributeKind.plain;
}
