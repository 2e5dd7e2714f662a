//! What an agent has to be told, in words.

use tern_domain::NoticeKind;

use crate::dto::NoticeKindView;

/// What it is about.
pub(crate) const fn kind(kind: NoticeKind) -> NoticeKindView {
    match kind {
        NoticeKind::TakenOver => NoticeKindView::TakenOver,
        NoticeKind::Whispered => NoticeKindView::Whispered,
        NoticeKind::Added => NoticeKindView::Added,
        NoticeKind::Given => NoticeKindView::Given,
        NoticeKind::AutopilotEnded => NoticeKindView::AutopilotEnded,
    }
}

/// One sentence; `by` is whoever did it.
pub(crate) fn words(kind: NoticeKind, by: &str) -> String {
    match kind {
        NoticeKind::TakenOver => format!(
            "{by} took over: they wrote to somebody else at this number, which ended your conversation."
        ),
        NoticeKind::Whispered => format!("{by} whispered to you."),
        NoticeKind::Added => format!("{by} added you to this conversation."),
        NoticeKind::AutopilotEnded => {
            "The virtual agent's topic is over: the conversation is yours again.".to_owned()
        }
        NoticeKind::Given => {
            format!("{by} gave you this conversation, because its agent left the team.")
        }
    }
}
