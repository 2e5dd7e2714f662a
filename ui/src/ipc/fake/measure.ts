/** What a text would cost, after Twilio's rules; the product asks Rust, the fake has to know it itself. */
import type { CostlyCharacter, TextMeasure } from '../bindings';

const GSM_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_EXTENDED = '^{}\\[~]|€';
const LIMIT = 1600;

const LOOK_ALIKES: Record<string, string> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '\u00a0': ' ',
};

export function measureText(body: string): TextMeasure {
  const costly = firstCostly(body);
  const characters = costly ? body.length : countGsm(body);
  const single = costly ? 70 : 160;
  const part = costly ? 67 : 153;
  const segments = characters === 0 ? 0 : characters <= single ? 1 : Math.ceil(characters / part);
  const room = segments <= 1 ? single : segments * part;
  return {
    encoding: costly ? 'ucs2' : 'gsm7',
    characters,
    segments,
    leftInSegment: room - characters,
    costly,
    overLimitBy: Math.max(0, body.length - LIMIT),
  };
}

function countGsm(body: string): number {
  let septets = 0;
  for (const character of body) septets += GSM_EXTENDED.includes(character) ? 2 : 1;
  return septets;
}

function firstCostly(body: string): CostlyCharacter | null {
  let offset = 0;
  for (const character of body) {
    if (!GSM_BASIC.includes(character) && !GSM_EXTENDED.includes(character)) {
      return { character, offset, replacement: LOOK_ALIKES[character] ?? null };
    }
    offset += character.length;
  }
  return null;
}
