// Texts that are hard to count.
//
// Owns the mix: plain and extended GSM characters, near misses, emoji of every build, combining marks, flags, line
// ends, and lengths that crowd around the places where a segment ends.

import { seeded } from "./random.js";

const ALPHABETS = {
  gsm: [..."@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà"],
  letters: [..."abcdefghijklmnopqrstuvwxyz 0123456789"],
  extended: [..."^{}\\[~]|€\f"],
  nearMiss: [..."`çáíóú\t\u00a0’“”–—…•½āЖ中あ한"],
  emoji: ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "🇮🇹", "🇺🇳", "1️⃣", "🧑🏿‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☺", "🇮", "🏴‍☠️", "🧑‍🤝‍🧑", "🦸🏽‍♀️", "👁️‍🗨️", "👩‍❤️‍💋‍👨", "🫱🏼‍🫲🏿", "👨🏻‍🦰"],
  marks: ["e\u0301", "a\u0308\u0323", "n\u0303", "\u0301", "क्षि", "ก็", "각", "\u200d", "\u200b", "\ufe0f"],
  lines: ["\r\n", "\n", "\r", "\n\r", "\r\n\r\n"],
};

/** Around these many characters the count of segments changes. */
const EDGES = [1, 35, 67, 70, 71, 134, 135, 153, 160, 161, 201, 306, 307, 459, 460];
const MIXES = [
  ["gsm"],
  ["letters", "extended"],
  ["gsm", "lines"],
  ["letters", "nearMiss"],
  ["letters", "emoji"],
  ["letters", "marks"],
  ["emoji"],
  ["marks", "lines"],
  Object.keys(ALPHABETS),
];

/** `count` texts of 1 to about 600 UTF-16 units, the same ones for the same seed. */
export function texts(count, seed) {
  const { below, next, pick } = seeded(seed);
  const made = [];
  while (made.length < count) {
    const mix = pick(MIXES);
    const length = next() < 0.7 ? pick(EDGES) + below(5) - 2 : 1 + below(500);
    // Most texts are mostly plain, with a few costly characters somewhere.
    const share = pick([0, 0.02, 0.2, 1]);
    let text = "";
    while (text.length < Math.max(1, length)) {
      text += next() < share ? pick(ALPHABETS[pick(mix)]) : pick(ALPHABETS[mix[0]]);
    }
    if (text.trim() !== "") made.push(text);
  }
  return made;
}
