//! The GSM 7-bit alphabet: which characters cost one septet, which two, and which are not in it.

/// One septet each. The escape code itself is no character.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Two septets each: the escape code and a second one.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Septets of a grapheme, or `None` if it is not in the alphabet. Anything that needs several
/// characters, such as a letter with a combining accent, is not.
pub(super) fn septets(grapheme: &str) -> Option<u32> {
    let mut characters = grapheme.chars();
    let (first, rest) = (characters.next()?, characters.next());
    if rest.is_some() {
        None
    } else if BASIC.contains(first) {
        Some(1)
    } else if EXTENSION.contains(first) {
        Some(2)
    } else {
        None
    }
}
