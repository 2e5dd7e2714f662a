//! Conversations as text: what goes in and what comes out, line by line.
//!
//! `> words` is a text from the requester, `! …` any other input, `? …` what the test asks to be shown. Below
//! each stand the answers: `< words` a reply (its further lines begin with `|`), `* …` an effect, `. …` a fact.
//! Nodes that were reached are not shown.

use std::fmt::Write as _;

use serde_json::Value;
use tern_domain::notification::{NotificationOffer, OfferedAction, RunPlace, WaitingOffer};
use tern_domain::topic::{
    BotEffect, BotFact, BotInput, BotSession, BotSettings, Said, SaidMedia, SetupTopic, StoredRow,
    TopicSet, Turn, turn,
};
use tern_domain::{NotificationRunId, UtcMillis};

use tern_domain::verification::VERIFIED_ROLE;

pub(crate) const START: UtcMillis = UtcMillis(1_800_000_000_000);

pub(crate) struct Handset {
    pub(crate) set: TopicSet,
    pub(crate) session: BotSession,
    pub(crate) now: UtcMillis,
    settings: BotSettings,
    ticket: u32,
}

impl Handset {
    pub(crate) fn new() -> Self {
        let settings = BotSettings {
            allowed_hosts: vec!["api.example.com".to_owned()],
            ..BotSettings::default()
        };
        Self {
            set: crate::samples::set(settings.clone()),
            session: BotSession::new(7, START).knowing("our_name", "Acme"),
            now: START,
            settings,
            ticket: 0,
        }
    }

    pub(crate) fn give(&mut self, input: BotInput) -> Turn {
        // Every session goes through its stored form: nothing may hide beside it.
        let stored = serde_json::to_string(&self.session).unwrap();
        let session = serde_json::from_str(&stored).unwrap();
        let result = turn(&self.set, session, input.clone(), self.now);
        let again = turn(&self.set, self.session.clone(), input, self.now);
        assert_eq!(
            serde_json::to_string(&result).unwrap(),
            serde_json::to_string(&again).unwrap(),
            "the same input gives the same bytes"
        );
        self.session = result.session.clone();
        for effect in &result.effects {
            if let BotEffect::LookUp { ticket, .. }
            | BotEffect::Save { ticket, .. }
            | BotEffect::Request { ticket, .. }
            | BotEffect::Verify { ticket, .. }
            | BotEffect::Inspect { ticket, .. }
            | BotEffect::Wait { ticket, .. } = effect
            {
                self.ticket = *ticket;
            }
        }
        result
    }

    pub(crate) fn say(&mut self, text: &str) -> Turn {
        self.give(said(text))
    }

    /// Runs a line of a script; `None` if it gives no turn.
    fn run(&mut self, line: &str) -> Option<Turn> {
        if let Some(text) = line.strip_prefix('>') {
            return Some(self.say(&unescape(text)));
        }
        let command = line.strip_prefix('!').expect("a line of a script").trim();
        let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
        let json = || serde_json::from_str::<Value>(rest).unwrap_or_else(|_| panic!("{line}"));
        let ticket = self.ticket;
        Some(
            self.give(match word {
                "late" => BotInput::Said(Said {
                    text: rest.into(),
                    late: true,
                    ..Said::default()
                }),
                "shortcode" => BotInput::Said(Said {
                    text: rest.into(),
                    unanswerable: true,
                    ..Said::default()
                }),
                "media" => {
                    let (kind, text) = rest.split_once(' ').unwrap_or((rest, ""));
                    BotInput::Said(Said {
                        text: text.into(),
                        media: vec![SaidMedia {
                            address: "media-1".to_owned(),
                            content_type: kind.to_owned(),
                        }],
                        ..Said::default()
                    })
                }
                "rows" => BotInput::LookedUp {
                    ticket,
                    rows: Some(rows(json())),
                },
                "rows-failed" => BotInput::LookedUp { ticket, rows: None },
                "saved" => BotInput::Saved {
                    ticket,
                    row: rows(Value::Array(vec![json()])).pop(),
                },
                "save-failed" => BotInput::Saved { ticket, row: None },
                "answer" => BotInput::Requested {
                    ticket,
                    body: Some(json()),
                },
                "no-answer" => BotInput::Requested { ticket, body: None },
                "stale-rows" => BotInput::LookedUp {
                    ticket: ticket.wrapping_sub(1),
                    rows: Some(Vec::new()),
                },
                "inspected" => BotInput::Inspected {
                    ticket,
                    media: Some(
                        rest.split_whitespace()
                            .zip(1..)
                            .map(|(kind, number)| SaidMedia {
                                address: format!("file-{number}"),
                                content_type: kind.to_owned(),
                            })
                            .collect(),
                    ),
                },
                "not-fetched" => BotInput::Inspected {
                    ticket,
                    media: None,
                },
                "proof" => BotInput::Verified {
                    ticket,
                    outcome: serde_json::from_value(Value::from(rest)).unwrap(),
                    roles: if rest == "verified" {
                        ["public", VERIFIED_ROLE, "member"]
                            .map(str::to_owned)
                            .into()
                    } else {
                        Vec::new()
                    },
                },
                "unverified" => BotInput::Unverified,
                "start-proved" => BotInput::StartProved {
                    topic: rest.to_owned(),
                    variables: std::collections::BTreeMap::new(),
                },
                "pause-over" => BotInput::PauseOver { ticket },
                "silence" => BotInput::Silence,
                "handed-over" => BotInput::HandedOver,
                "refused" => BotInput::HandOverRefused {
                    words: (!rest.is_empty()).then(|| rest.to_owned()),
                },
                "agent" => BotInput::AgentAccepted,
                "handed-back" => BotInput::HandedBack,
                "autopilot" => BotInput::AutopilotBegin {
                    topic: rest.to_owned(),
                },
                "autopilot-stop" => BotInput::AutopilotStop,
                "start" => {
                    let (topic, node) = rest.split_once(' ').unwrap_or((rest, ""));
                    BotInput::StartAt {
                        topic: topic.to_owned(),
                        node: (!node.is_empty()).then(|| node.to_owned()),
                        variables: std::collections::BTreeMap::new(),
                    }
                }
                "closed" => BotInput::Closed,
                "advance" => {
                    self.now = UtcMillis(self.now.0 + rest.parse::<i64>().unwrap() * 1_000);
                    return None;
                }
                "seed" => {
                    self.session.seed = rest.parse().unwrap();
                    return None;
                }
                "know" => {
                    let (name, value) = rest.split_once('=').unwrap();
                    let value: Value = serde_json::from_str(value).unwrap();
                    self.session
                        .known
                        .insert(name.to_owned(), serde_json::from_value(value).unwrap());
                    return None;
                }
                // What waits for them (S-10), as whoever calls a turn tells it: `run text/label,label` each, `!` for one
                // that cannot be skipped.
                "waiting" => {
                    let told = rest.split(';').filter(|it| !it.trim().is_empty());
                    self.session.waiting = told.map(|it| waiting(it.trim())).collect();
                    return None;
                }
                "offer-waiting" => BotInput::OfferWaiting,
                "ready" => {
                    self.set = crate::samples::ready(&self.settings);
                    return None;
                }
                "include" => {
                    self.settings
                        .includes
                        .insert(SetupTopic::from_name(rest).unwrap());
                    self.set = crate::samples::set(self.settings.clone());
                    return None;
                }
                "exclude" => {
                    self.settings
                        .includes
                        .remove(&SetupTopic::from_name(rest).unwrap());
                    self.set = crate::samples::set(self.settings.clone());
                    return None;
                }
                "second-factor" => {
                    let factor = serde_json::from_value(Value::from(rest)).unwrap();
                    self.settings.second_factor = factor;
                    self.set = crate::samples::set(self.settings.clone());
                    return None;
                }
                "survey" => {
                    self.settings.survey_percent = rest.parse().unwrap();
                    self.set = crate::samples::set(self.settings.clone());
                    return None;
                }
                "role" => {
                    self.session.roles.push(rest.to_owned());
                    return None;
                }
                _ => panic!("{line}"),
            }),
        )
    }
}

pub(crate) fn said(text: &str) -> BotInput {
    BotInput::Said(Said {
        text: text.trim_start_matches(' ').into(),
        ..Said::default()
    })
}

fn waiting(words: &str) -> WaitingOffer {
    let (run, words) = words.split_once(' ').unwrap();
    let (text, labels) = words.split_once('/').unwrap();
    let action = |label: &str| OfferedAction {
        label: label.to_owned(),
        topic: "members".to_owned(),
    };
    WaitingOffer {
        at: RunPlace {
            run: NotificationRunId(run.parse().unwrap()),
            place: 0,
        },
        offer: NotificationOffer {
            text: unescape(text),
            picture: None,
            actions: labels
                .trim_end_matches('!')
                .split(',')
                .map(action)
                .collect(),
            can_skip: !labels.ends_with('!'),
            variables: std::collections::BTreeMap::new(),
        },
    }
}

fn unescape(text: &str) -> String {
    text.replace("\\n", "\n")
}

fn rows(value: Value) -> Vec<StoredRow> {
    value
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(index, values)| StoredRow {
            id: format!("row-{}", index + 1),
            values: serde_json::from_value(values.clone()).unwrap(),
        })
        .collect()
}

/// The whole conversation of a script: its inputs, each with what came of it.
pub(crate) fn play(script: &str) -> String {
    let mut handset = Handset::new();
    let mut out = String::new();
    for line in script.lines() {
        if line.starts_with('#') || line.is_empty() {
            writeln!(out, "{line}").unwrap();
        } else if line.starts_with(['>', '!']) {
            writeln!(out, "{line}").unwrap();
            if let Some(turn) = handset.run(line) {
                out.push_str(&show(&turn));
            }
        }
    }
    out
}

fn show(turn: &Turn) -> String {
    let mut out = String::new();
    for reply in &turn.replies {
        let mut lines = reply.text.as_str().lines();
        writeln!(out, "< {}", lines.next().unwrap_or_default()).unwrap();
        for line in lines {
            writeln!(out, "| {line}").unwrap();
        }
        for picture in &reply.pictures {
            let alt = reply.alt_text.as_deref().unwrap_or_default();
            writeln!(out, "| [{picture} “{alt}”]").unwrap();
        }
    }
    for effect in &turn.effects {
        let value = serde_json::to_value(effect).unwrap();
        match effect {
            BotEffect::Fact(BotFact::NodeReached(_) | BotFact::OptionPicked { .. })
            | BotEffect::WatchSilence { .. } => {}
            BotEffect::Fact(fact) => {
                writeln!(out, ". {}", serde_json::to_string(fact).unwrap()).unwrap();
            }
            BotEffect::SecureAnswer { answer, .. } => {
                writeln!(out, "* {value} (answer: {})", answer.as_str()).unwrap();
            }
            _ => writeln!(out, "* {value}").unwrap(),
        }
    }
    out
}
