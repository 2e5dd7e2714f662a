//! Transcripts and the average response.

use jiff::tz::TimeZone;
use tern_domain::transcript::{Speaker, Transcript, TranscriptLine, average_response};
use tern_domain::{Millis, UtcMillis};

use crate::support::at;

fn line(seconds: i64, speaker: Speaker, name: &str, body: &str) -> TranscriptLine {
    TranscriptLine {
        at: UtcMillis(1_700_000_000_000 + seconds * 1000),
        speaker,
        name: name.to_owned(),
        body: body.to_owned(),
        media: Vec::new(),
    }
}

fn conversation() -> Vec<TranscriptLine> {
    vec![
        line(0, Speaker::Requester, "Customer", "Is it ready?"),
        line(1, Speaker::VirtualAgent, "Assistant", "One moment."),
        line(90, Speaker::Private, "Ana", "He is nice."),
        line(60, Speaker::System, "Tern", "Started to work on it"),
        TranscriptLine {
            media: vec!["https://example.com/1.png".to_owned()],
            ..line(
                120,
                Speaker::Agent,
                "Ana",
                "Yes.\n09:00 Ana: not a new line",
            )
        },
    ]
}

#[test]
fn h_12_the_internal_transcript_has_everything_and_marks_private_words() {
    let text = Transcript::Internal.text("Conversation", conversation(), &TimeZone::UTC);
    assert_eq!(
        text,
        "Conversation\n\nTuesday 14 November 2023\n\
         22:13 Customer: Is it ready?\n\
         22:13 Assistant: One moment.\n\
         22:14 – Tern: Started to work on it\n\
         22:14 [PRIVATE] Ana: He is nice.\n\
         22:15 Ana: Yes.\n      09:00 Ana: not a new line <https://example.com/1.png>\n"
    );
}

#[test]
fn h_12_the_external_transcript_has_requester_and_agents_only() {
    let text = Transcript::External.text("Conversation", conversation(), &TimeZone::UTC);
    assert!(text.contains("Is it ready?") && text.contains("Yes."));
    for inside in ["nice", "PRIVATE", "moment", "Started"] {
        assert!(!text.contains(inside), "{inside}");
    }
}

#[test]
fn h_17_the_average_response_pairs_the_first_unanswered_text_with_the_next_answer() {
    use Speaker::{Agent, Private, Requester, System, VirtualAgent};
    let turns = [
        (at(0), Requester),
        (at(30), Requester),
        (at(40), VirtualAgent),
        (at(50), Private),
        (at(60), Agent),
        (at(70), Agent),
        (at(100), Requester),
        (at(110), System),
        (at(120), Agent),
        (at(200), Requester),
    ];
    assert_eq!(average_response(&turns), Some(Millis::seconds(40)));
    assert_eq!(average_response(&turns[..1]), None);
}
