//! Transcripts and the average response.

use tern_domain::Millis;
use tern_domain::transcript::{Speaker, Transcript, average_response};

use crate::support::at;

#[test]
fn h_12_the_external_transcript_has_requester_and_agents_only() {
    use Speaker::{Agent, Private, Requester, System, VirtualAgent};
    for speaker in [Requester, Agent, VirtualAgent, System, Private] {
        assert!(Transcript::Internal.has(speaker));
        let is_between_the_two = matches!(speaker, Requester | Agent);
        assert_eq!(Transcript::External.has(speaker), is_between_the_two);
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
