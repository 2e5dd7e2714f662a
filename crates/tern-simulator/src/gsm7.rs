//! The GSM 03.38 alphabet: which characters cost one septet, which cost two, which none can buy.

/// Septets that `character` costs in GSM-7: one, two (escape pair), or `None` when the alphabet
/// lacks it and the whole message must be UCS-2.
pub(crate) const fn septets(character: char) -> Option<usize> {
    match character {
        '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
        '\n' | '\r' | ' '..='Z' | '_' | 'a'..='z' => Some(1),
        '£' | '¥' | 'è' | 'é' | 'ù' | 'ì' | 'ò' | 'Ç' | 'Ø' | 'ø' | 'Å' | 'å' => {
            Some(1)
        }
        'Δ' | 'Φ' | 'Γ' | 'Λ' | 'Ω' | 'Π' | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' => Some(1),
        'Æ' | 'æ' | 'ß' | 'É' | '¤' | '¡' | 'Ä' | 'Ö' | 'Ñ' | 'Ü' | '§' => Some(1),
        '¿' | 'ä' | 'ö' | 'ñ' | 'ü' | 'à' => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_127_single_and_10_double_characters() {
        let cost = |wanted| {
            (0..0x3000)
                .filter_map(char::from_u32)
                .filter(|c| septets(*c) == Some(wanted))
                .count()
        };
        // 128 codes less the escape itself.
        assert_eq!((cost(1), cost(2)), (127, 10));
    }

    #[test]
    fn look_alikes_are_outside() {
        for outside in ['`', 'ç', 'á', '\t', '\u{a0}', '’', '–', '…', '😀'] {
            assert_eq!(septets(outside), None, "{outside:?}");
        }
    }
}
