//! The nearest known word to one that was mistyped.

/// The word that takes the fewest changed letters, if few enough to be meant.
pub(super) fn nearest<'w>(
    typed: &str,
    words: impl IntoIterator<Item = &'w str>,
) -> Option<&'w str> {
    let allowed = (typed.chars().count() / 3).max(2);
    words
        .into_iter()
        .map(|word| (distance(typed, word), word))
        .min()
        .filter(|(distance, _)| *distance <= allowed)
        .map(|(_, word)| word)
}

/// Letters to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut next = vec![index + 1];
        for (other, (above_left, above)) in to.iter().zip(row.iter().zip(row.iter().skip(1))) {
            let replaced = above_left + usize::from(letter != *other);
            let left = next.last().copied().unwrap_or_default();
            next.push(replaced.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_another_word_is_not() {
        let words = ["state", "unread", "waiting_minutes"];
        assert_eq!(nearest("sate", words), Some("state"));
        assert_eq!(nearest("waiting_minuts", words), Some("waiting_minutes"));
        assert_eq!(nearest("colour", words), None);
    }
}
