//! Transcripts (H-12) and the agents' average response (H-17).
//!
//! The external transcript may be given out: it holds what requester and agents wrote to each other and
//! nothing else. The internal one is for the team and holds everything, private words marked as such.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::time::{Millis, UtcMillis};

/// Who a line of a transcript is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person who asked.
    Requester,
    /// A live agent.
    Agent,
    /// The bot.
    VirtualAgent,
    /// Tern itself: texts it wrote, and what happened.
    System,
    /// An agent, to the team only.
    Private,
}

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TranscriptLine {
    /// When, in UTC milliseconds.
    pub at: UtcMillis,
    /// Who.
    pub speaker: Speaker,
    /// What they are called.
    pub name: String,
    /// What they wrote, or what happened.
    pub body: String,
    /// Pictures and files: addresses, or words where there is no address.
    pub media: Vec<String>,
}

/// Which transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transcript {
    /// Everything.
    Internal,
    /// Requester and agents only.
    External,
}

impl Transcript {
    /// The lines that belong in it, in the order of time. Lines of the same instant keep their order.
    #[must_use]
    pub fn lines(self, mut lines: Vec<TranscriptLine>) -> Vec<TranscriptLine> {
        lines.retain(|line| {
            self == Self::Internal || matches!(line.speaker, Speaker::Requester | Speaker::Agent)
        });
        lines.sort_by_key(|line| line.at);
        lines
    }

    /// The transcript to read, under a heading, with times of a zone.
    #[must_use]
    pub fn text(self, heading: &str, lines: Vec<TranscriptLine>, zone: &TimeZone) -> String {
        let mut text = format!("{heading}\n");
        let mut day = String::new();
        for line in self.lines(lines) {
            let at = jiff::Timestamp::from_millisecond(line.at.0)
                .unwrap_or_default()
                .to_zoned(zone.clone());
            let line_day = at.strftime("%A %d %B %Y").to_string();
            if line_day != day {
                text.push_str(&format!("\n{line_day}\n"));
                day = line_day;
            }
            let mark = match line.speaker {
                Speaker::Private => "[PRIVATE] ",
                Speaker::System => "– ",
                _ => "",
            };
            // Lines after the first are set in, so that no body can pass for another line's head.
            let body = line.body.replace('\n', "\n      ");
            let media: String = line
                .media
                .iter()
                .map(|media| format!(" <{media}>"))
                .collect();
            text.push_str(&format!(
                "{} {mark}{}: {body}{media}\n",
                at.strftime("%H:%M"),
                line.name
            ));
        }
        text
    }
}

/// H-17: the mean time from the first unanswered text of the requester to the agent's next one. Texts of
/// the requester in between are not counted. `None` without any answer. Turns have to be in order of time.
#[must_use]
pub fn average_response(turns: &[(UtcMillis, Speaker)]) -> Option<Millis> {
    let mut asked_at = None;
    let (mut total, mut pairs) = (0_i64, 0_i64);
    for (at, speaker) in turns {
        match speaker {
            Speaker::Requester => asked_at = asked_at.or(Some(*at)),
            Speaker::Agent => {
                if let Some(asked_at) = asked_at.take() {
                    total = total.saturating_add(at.since(asked_at).0);
                    pairs += 1;
                }
            }
            Speaker::VirtualAgent | Speaker::System | Speaker::Private => {}
        }
    }
    (pairs > 0).then(|| Millis(total / pairs))
}
