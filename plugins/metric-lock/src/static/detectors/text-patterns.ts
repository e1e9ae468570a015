/**
 * Characters that do not show or that change the direction of others. A joiner or a selector that belongs to an emoji, a
 * keycap or an ideograph is none, and neither is a mark at the very start of a file.
 */
export const INVISIBLE =
  // oxlint-disable-next-line eslint/no-misleading-character-class
  /(?<!^)\u{feff}|(?<!\p{Extended_Pictographic}\u{fe0f}?)\u{200d}|(?<![\p{Extended_Pictographic}\p{Script=Han}#*\d])[\u{fe00}-\u{fe0f}]|(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]|[\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180e}\u{200b}\u{200c}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{ffa0}\u{fff9}-\u{fffb}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}]|[\u0000-\u0008\u000e-\u001f\u007f]/gu;

/** Letters of other scripts that look like Latin ones. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: "a",
    в: "b",
    с: "c",
    ԁ: "d",
    е: "e",
    һ: "h",
    і: "i",
    ј: "j",
    к: "k",
    ӏ: "l",
    м: "m",
    о: "o",
    р: "p",
    ԛ: "q",
    ѕ: "s",
    т: "t",
    у: "y",
    х: "x",
    ԝ: "w",
    А: "A",
    В: "B",
    С: "C",
    Е: "E",
    Н: "H",
    І: "I",
    Ј: "J",
    К: "K",
    М: "M",
    О: "O",
    Р: "P",
    Ѕ: "S",
    Т: "T",
    Х: "X",
    У: "Y",
    Α: "A",
    Β: "B",
    Ε: "E",
    Ζ: "Z",
    Η: "H",
    Ι: "I",
    Κ: "K",
    Μ: "M",
    Ν: "N",
    Ο: "O",
    Ρ: "P",
    Τ: "T",
    Υ: "Y",
    Χ: "X",
    ο: "o",
    ı: "i",
    ɡ: "g",
    ɑ: "a",
  }),
);

/** The text as it looks. */
export function skeleton(text: string): string {
  return [...text.normalize("NFKC")].map((each) => LOOKS_LIKE.get(each) ?? each).join("");
}

const WORD = /[\p{L}\p{Nl}\p{Mn}_$][\p{L}\p{Nd}\p{Nl}\p{Mn}_$]*/gu;

/** Words that look like plain ones and are others: letters of two scripts mixed, or a twin of a word in the same text. */
export function lookAlikes(text: string): { readonly word: string; readonly seems: string; readonly at: number }[] {
  if (/^[\u0000-\u007f]*$/.test(text)) return [];
  const words = [...text.matchAll(WORD)];
  const plain = new Set(words.map(([word]) => word).filter((word) => /^[\u0000-\u007f]*$/.test(word)));
  return words.flatMap((match) => {
    const [word] = match;
    if (/^[\u0000-\u007f]*$/.test(word)) return [];
    const seems = skeleton(word);
    const isPlain = /^[\u0000-\u007f]+$/.test(seems);
    const mixed = /[A-Za-z]/.test(word);
    return isPlain && (mixed || plain.has(seems)) && seems !== word ? [{ word, seems, at: match.index }] : [];
  });
}

/** A text as a hurried reader takes it: one case, one space between words, no ornaments. */
export function plainText(text: string): string {
  return skeleton(text)
    .replaceAll(INVISIBLE, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}<>|[\]:.!?']+/gu, " ")
    .trim();
}

const JUDGE =
  "(?:reviewers?|judges?|graders?|evaluators?|auditors?|metric lock|gatekeepers?|reviewing (?:model|system|agent|llm|ai))";
const MODEL = "(?:assistant|llm|ai|language model)";
/** What is judged. Programs have candidates, proposals and changes of their own, which they accept under conditions. */
const JUDGED =
  "(?:commit|diff|patch|submission|experiment|surface|pull request|(?:change|candidate|proposal|code|edit|solution|version|file)(?! ?(?:\\b(?:if|when|with|only|unless|whenever|whose|that|which|where|in|of|at|to|for|point|points|price|small|set|list|is|are)\\b)))";

const addressTo = (who: string): readonly RegExp[] => [
  new RegExp(`\\b(?:dear|attention|note to|message (?:to|for)|hello|hi|hey|to (?:the|all|any)) ${who}\\b`),
  new RegExp(
    `\\b${who}s?\\b.{0,40}\\b(?:must|should|please|shall|has to|have to|needs? to|can safely|is to|are to)\\b.{0,40}\\b(?:approve|pass|accept|keep|merge|ignore|skip|score|rate|give|trust|allow|answer|respond|say|mark|treat)\\b(?:.{0,20}\\b(?:this|it|us|me|you|full|as|with|only|pass|everything|findings?|warnings?|${JUDGED})\\b| ?[.!]?$)`,
  ),
  new RegExp(`\\b(?:if you are|you are now|you are an?|as an?) ${who}\\b(?! of\\b)`),
];

/** How text is addressed to whoever judges a candidate, and to nobody else. Each is matched against plain text. */
export const TO_JUDGES: readonly RegExp[] = [
  ...addressTo(JUDGE),
  new RegExp(`\\b(?:approve|accept|merge|pass|keep|promote|whitelist)\\b.{0,20}\\bthis ?${JUDGED}\\b`),
  new RegExp(
    `\\b(?:approve|accept|merge|pass|promote|whitelist)\\b.{0,20}\\bthe ?(?:commit|diff|patch|submission|experiment|surface|pull request)\\b`,
  ),
  new RegExp(
    `\\b(?:please|must be|to be|should be)\\b ?(?:approved?|accept(?:ed)?|merged?|whitelisted?|promoted?)\\b.{0,20}(?:\\b(?:it|this|the ?${JUDGED})\\b|[.!]?$)`,
  ),
  new RegExp(
    `\\b(?:do not|don't|never|no need to|must not)\\b.{0,20}\\b(?:flag|reject|report|hold|review|inspect|quarantine)\\b(?:.{0,20}\\b(?:(?:this|the) ?${JUDGED}\\b|it ?[.!]?$|this ?[.!]?$|as (?:gaming|cheating|suspicious)\\b))`,
  ),
  new RegExp(
    `\\b(?:this|the|it|candidate|change|code)\\b.{0,20}\\b(?:has been|was|is|already|pre|fully)\\b ?\\b(?:approved|audited|reviewed|verified|vetted|cleared|whitelisted)\\b.{0,30}\\b(?:safe|human|security|maintainers?|compliant|please)\\b`,
  ),
  /\b(?:pre|fully) ?(?:approved|audited|reviewed|verified|vetted|cleared|whitelisted)\b.{0,20}\b(?:by|safe|human)\b/,
  new RegExp(
    `\\b(?:give|award|assign|rate|score)\\b.{0,20}\\b(?:this|the) ?${JUDGED}\\b.{0,30}\\b(?:full|highest|maximum|perfect|top|10 10|100)\\b`,
  ),
  /\b(?:gutachter(?:in)?|prüfer(?:in)?|bewerter(?:in)?)\b.{0,120}\b(?:annehmen|angenommen|akzeptier\w*|genehmig\w*|freigeben|freigegeben|bestanden|durchwinken|pass)\b/,
  /\b(?:relecteur|évaluateur|relectrice|évaluatrice|correcteur)\b.{0,120}\b(?:accepter|acceptez|approuve[rz]?|valide[rz]?)\b/,
  /\b(?:revisor|evaluador|revisora|evaluadora)\b.{0,120}\b(?:acepta\w*|aprueb\w*|aprobar|aprobad\w*)\b/,
  // The same in other languages: whom it is for, and what is asked for.
  /(?:^| )(?:an (?:den|die|alle) |liebe[rs]? )(?:prüfer|gutachter|bewerter|richter|jury)(?:in(?:nen)?)?\b/,
  /\bbitte\b.{0,40}\b(?:freigeben|genehmigen|akzeptieren|durchwinken|annehmen|zulassen)\b/,
  /\b(?:merci d'|veuillez|prière d[e'])\s?.{0,30}\b(?:accepter|approuver|valider|ignorer)\b/,
  /(?:^|[ '])(?:relecteurs?|évaluateurs?|correcteurs?|examinateurs?)(?:[ :]|$)/,
  /\bpor favor\b.{0,40}\b(?:apr(?:ueb|ov)\w*|acept\w*|aceit\w*|ignor\w*)\b/,
  /\b(?:revisor(?:es)?|evaluador(?:es)?|revisori?|valutator[ei]|avaliador(?:es)?)\b/,
  /\bper favore\b.{0,40}\b(?:approva\w*|accetta\w*|ignora\w*)\b/,
];

/** What nobody but a model, or a judge that is one, is told. */
const COMMANDS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|preceding|all|any|your|other)\b.{0,30}\b(?:instructions?|prompts?|guidelines?)\b/,
  /\b(?:ignore|disregard|forget|bypass)\b.{0,20}\b(?:(?:all|any) (?:of )?(?:the |your )?(?:previous|prior|above|earlier|preceding)|your|everything)\b.{0,20}\b(?:rules?|checks?|warnings?|findings?|context|criteria|told)\b/,
  /<\|?(?:im start|im end|system|endoftext|assistant|user)\|?>|\[\/?inst\]|(?:^|[.!?>\]] ?)(?:human|assistant|system): /,
  /\b(?:ignoriere|ignorez|ignora|vergiss|oublie[zr]?|olvida)\b.{0,40}\b(?:anweisung(?:en)?|instructions?|instrucciones|regeln|règles|reglas|istruzioni)\b/,
  /忽略.{0,12}(?:指令|说明|規則|规则|提示)/,
  /\b(?:end of prompt|new instructions?|jailbreak|developer mode)\b/,
];

/** Orders to a judge, which no prose about a change has. Each is matched against plain text. */
export const ORDERS: readonly RegExp[] = [...addressTo(JUDGE), ...COMMANDS];

/** How text is addressed to any model that reads it: nobody else has instructions. */
const TO_MODELS: readonly RegExp[] = [
  ...addressTo(MODEL),
  ...COMMANDS,
  /\bsystem prompt\b/,
  /\b(?:respond|reply|answer|output|return|print)\b.{0,20}\b(?:only|with|exactly)\b.{0,30}\b(?:pass|approved?|verdict|accept(?:ed)?|keep|score 1)\b/,
];

/** How text is addressed to whoever judges, person or model. */
export const ADDRESSES: readonly RegExp[] = [...TO_JUDGES, ...TO_MODELS];
