//! Why a row of a file is not brought in. Names columns, never what stands in them.

use super::shape::HistoryField;

/// Why a row is not brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum RowProblem {
    /// A cell that has to be there is empty.
    #[error("nothing stands under {}", .0.words())]
    Missing(HistoryField),
    /// Not a phone number.
    #[error("what stands under {} is no phone number", .0.words())]
    BadNumber(HistoryField),
    /// Neither number is known as ours.
    #[error("it cannot be told which of its numbers is ours")]
    WhoseNumber,
    /// Neither in nor out.
    #[error("its direction is neither in nor out")]
    UnknownDirection,
    /// Not a time of that format.
    #[error("its time cannot be read in this format")]
    BadTime,
    /// It may be the third of April or the fourth of March.
    #[error("day and month of its date cannot be told apart: choose the format")]
    AmbiguousTime,
    /// Before there were texts, or in the future.
    #[error("its date cannot be right")]
    ImpossibleTime,
    /// No words and no picture.
    #[error("it has neither words nor pictures")]
    Empty,
    /// Longer than any text.
    #[error("it is too long to be a text")]
    TooLong,
    /// NUL stands in it.
    #[error("it holds characters that no text can have")]
    NulCharacter,
    /// It does not fit its heading.
    #[error("it has another number of columns than the first line")]
    Columns,
    /// It cannot be read as what the file is.
    #[error("this line cannot be read")]
    Unreadable,
    /// More than one row may come to.
    #[error("it is larger than a row may be")]
    TooLarge,
    /// Nested beyond all reason.
    #[error("it is nested too deeply")]
    TooDeep,
    /// The other system's own entry, an internal remark or an e-mail: left out on purpose.
    #[error("it is no text between a customer and the team")]
    NotAText,
    /// Another channel than SMS: left out on purpose.
    #[error("it went over another channel than SMS")]
    OtherChannel,
    /// A second full of texts.
    #[error("too many texts have this time")]
    CrowdedSecond,
}

impl RowProblem {
    /// It could be read, and is left out because it is no text.
    #[must_use]
    pub const fn is_on_purpose(self) -> bool {
        matches!(self, Self::NotAText | Self::OtherChannel)
    }
}
