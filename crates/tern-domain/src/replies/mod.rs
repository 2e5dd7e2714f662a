//! Canned replies (H-8 `/r`): short texts with variables that an agent puts into the composer.
//!
//! A reply is found by its short name. Its body is a strict template (see `template`): what it may name is a
//! fixed sheet of values, and what it gives is plain text.

mod shipped;
mod template;

pub use shipped::shipped_replies;
pub use template::{
    BLANK_CLOSE, BLANK_OPEN, Blank, ReplyValue, TemplateProblem, ValueSheet, check_template,
    find_blanks, render_reply,
};
pub(crate) use template::{names_in_text, render_text};

use serde::{Deserialize, Serialize};

/// Most replies of one team.
pub const MOST_REPLIES: usize = 500;
const LONGEST_SHORT_NAME: usize = 30;
const LONGEST_TITLE: usize = 80;
const LONGEST_BODY: usize = 4_000;

/// One canned reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReply {
    /// Stable for its whole life, also across export and import.
    pub id: String,
    /// What is typed after the slash: letters, digits, `-` and `_`, in lower case.
    pub short_name: String,
    /// What the picker and the settings show.
    pub title: String,
    /// Template of the text.
    pub body: String,
}

/// What is wrong with a reply, for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyProblem {
    /// The short name cannot be typed after a slash.
    #[error("A short name has 1 to 30 letters, digits, - or _, and nothing else.")]
    ShortName,
    /// Two replies would answer to the same name.
    #[error("Another reply is called /{name} already.")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// No title, or too long a one.
    #[error("A title has 1 to 80 characters.")]
    Title,
    /// Nothing to say, or too much.
    #[error("A reply has 1 to 4000 characters.")]
    Body,
    /// The template cannot be used.
    #[error("{0}")]
    Template(#[from] TemplateProblem),
    /// [`MOST_REPLIES`].
    #[error("There is room for 500 replies.")]
    TooMany,
}

/// A reply in its kept form: trimmed, its short name in lower case.
///
/// # Errors
/// [`ReplyProblem`] in words for whoever edits it.
pub fn check_reply(reply: CannedReply) -> Result<CannedReply, ReplyProblem> {
    let short_name = reply
        .short_name
        .trim()
        .trim_start_matches('/')
        .to_lowercase();
    let is_name = !short_name.is_empty()
        && short_name.chars().count() <= LONGEST_SHORT_NAME
        && short_name
            .chars()
            .all(|it| it.is_alphanumeric() || it == '-' || it == '_');
    if !is_name {
        return Err(ReplyProblem::ShortName);
    }
    let title = reply.title.trim().to_owned();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(ReplyProblem::Title);
    }
    let body = reply.body.trim().to_owned();
    if body.is_empty() || body.chars().count() > LONGEST_BODY {
        return Err(ReplyProblem::Body);
    }
    check_template(&body)?;
    Ok(CannedReply {
        id: reply.id,
        short_name,
        title,
        body,
    })
}

/// All replies of a team in their order: each usable, no two of one name.
///
/// # Errors
/// The first [`ReplyProblem`].
pub fn check_replies(replies: Vec<CannedReply>) -> Result<Vec<CannedReply>, ReplyProblem> {
    if replies.len() > MOST_REPLIES {
        return Err(ReplyProblem::TooMany);
    }
    let mut names = std::collections::BTreeSet::new();
    replies
        .into_iter()
        .map(|reply| {
            let reply = check_reply(reply)?;
            if names.insert(reply.short_name.clone()) {
                Ok(reply)
            } else {
                Err(ReplyProblem::NameTaken {
                    name: reply.short_name,
                })
            }
        })
        .collect()
}
