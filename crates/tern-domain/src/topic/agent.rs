//! Whether the virtual agent answers, for whom, and everything else a team decides about it, checked as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::settings::{BotSettings, Command, CommandKind};
use super::text::as_keyword;
use crate::opt_out::CarrierWord;
use crate::phone::PhoneNumber;
use crate::segments::BODY_LIMIT;

/// What a team decided about its virtual agent. Off is the default: new conversations go to the queue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualAgent {
    /// It answers new conversations.
    pub on: bool,
    /// numbers of ours that people answer alone.
    pub live_agent_only: BTreeSet<PhoneNumber>,
    /// How it talks.
    pub chat: BotSettings,
}

/// What is wrong with the decisions, in words for whoever makes them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgentProblem {
    /// Out of its limits.
    #[error("{what} has to be between {from} and {to}")]
    OutOfLimits {
        /// What.
        what: &'static str,
        /// Least.
        from: String,
        /// Most.
        to: String,
    },
    /// A text that cannot be left out.
    #[error("write what is said {when}")]
    NoText {
        /// When it is said.
        when: &'static str,
    },
    /// T-7: no carrier takes it.
    #[error("the text that is said {when} is longer than {BODY_LIMIT} characters")]
    TextTooLong {
        /// When it is said.
        when: &'static str,
    },
    /// Two commands cannot have one word (V-35).
    #[error("“{word}” belongs to two commands")]
    SameWord {
        /// Which.
        word: String,
    },
    /// A word that the carrier acts on before anybody else can (S-4).
    #[error("“{word}” cannot be a word for this: {does}")]
    CarrierWord {
        /// Which.
        word: String,
        /// What the carrier does.
        does: &'static str,
    },
    /// Longer than anybody would write by themselves.
    #[error("“{word}” is too long for a command: at most {LONGEST_WORD} characters")]
    WordTooLong {
        /// Which.
        word: String,
    },
    /// V-36: with a person, all else reaches the person.
    #[error(
        "while a person has the conversation, only the words for ending it and for notifications act"
    )]
    NotWithAgent,
    /// No host.
    #[error(
        "“{host}” is no host: write it like api.example.com, or *.example.com for all below it"
    )]
    BadHost {
        /// As it was written.
        host: String,
    },
}

/// Longest word or phrase of a command, in characters.
const LONGEST_WORD: usize = 40;

impl VirtualAgent {
    /// Tidied, or what is wrong with it.
    ///
    /// # Errors
    /// [`AgentProblem`].
    pub fn checked(mut self) -> Result<Self, AgentProblem> {
        let chat = &mut self.chat;
        for command in &mut chat.commands {
            tidy(&mut command.words);
        }
        chat.allowed_hosts = chat
            .allowed_hosts
            .iter()
            .map(|host| tidy_host(host))
            .filter(|host| !host.is_empty())
            .collect();
        chat.allowed_hosts.sort();
        chat.allowed_hosts.dedup();
        check_limits(chat)?;
        check_texts(chat)?;
        check_commands(&chat.commands)?;
        match chat.allowed_hosts.iter().find(|host| !is_host(host)) {
            Some(host) => Err(AgentProblem::BadHost { host: host.clone() }),
            None => Ok(self),
        }
    }

    /// whether it may answer somebody who writes to this number of ours.
    #[must_use]
    pub fn answers(&self, number: &PhoneNumber) -> bool {
        self.on && !self.live_agent_only.contains(number)
    }
}

fn tidy(words: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    *words = words
        .iter()
        .map(|word| word.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|word| !word.is_empty() && seen.insert(as_keyword(word)))
        .collect();
}

/// What people paste is often an address.
fn tidy_host(host: &str) -> String {
    let host = host.trim().to_ascii_lowercase();
    let host = host.strip_prefix("https://").unwrap_or(&host);
    host.split(['/', '?', '#'])
        .next()
        .unwrap_or(host)
        .to_owned()
}

fn is_host(host: &str) -> bool {
    let parent = host.strip_prefix("*.").unwrap_or(host);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || it == '-')
    };
    parent.len() <= 253 && parent.contains('.') && parent.split('.').all(is_label)
}

fn check_limits(chat: &BotSettings) -> Result<(), AgentProblem> {
    let limits = &chat.request_limits;
    let within = [
        (
            "the silence after which a conversation is closed",
            chat.silence_seconds,
            60..=604_800,
            ("a minute", "a week"),
        ),
        (
            "the number of answers that may miss",
            chat.invalid_answers,
            1..=10,
            ("1", "10"),
        ),
        (
            "the share of conversations that get the survey",
            u32::from(chat.survey_percent),
            0..=100,
            ("0", "100 percent"),
        ),
        (
            "the longest wait for another system",
            limits.millis,
            500..=30_000,
            ("half a second", "30 seconds"),
        ),
        (
            "the largest answer of another system",
            limits.bytes,
            1_000..=1_000_000,
            ("1 kB", "1 MB"),
        ),
    ];
    match within
        .into_iter()
        .find(|(_, is, limits, _)| !limits.contains(is))
    {
        Some((what, _, _, (from, to))) => Err(AgentProblem::OutOfLimits {
            what,
            from: from.to_owned(),
            to: to.to_owned(),
        }),
        None => Ok(()),
    }
}

fn check_texts(chat: &BotSettings) -> Result<(), AgentProblem> {
    let texts = [
        (&chat.transfer_text, "when a person takes over", false),
        (&chat.nobody_text, "when nobody is there", true),
        (&chat.handed_back_text, "when a person hands back", false),
        (&chat.gave_up_text, "when the assistant gives up", true),
        (&chat.thanks_text, "when somebody says thanks", false),
    ];
    for (text, when, is_needed) in texts {
        if is_needed && text.trim().is_empty() {
            return Err(AgentProblem::NoText { when });
        }
        if text.chars().count() > usize::try_from(BODY_LIMIT).unwrap_or(usize::MAX) {
            return Err(AgentProblem::TextTooLong { when });
        }
    }
    Ok(())
}

fn check_commands(commands: &[Command]) -> Result<(), AgentProblem> {
    let mut taken: BTreeMap<String, CommandKind> = BTreeMap::new();
    for command in commands {
        if command.with_agent && !command.kind.may_act_with_agent() {
            return Err(AgentProblem::NotWithAgent);
        }
        for word in &command.words {
            let word = word.clone();
            if word.chars().count() > LONGEST_WORD {
                return Err(AgentProblem::WordTooLong { word });
            }
            if let Some(does) = carrier_does(&word, command.kind) {
                return Err(AgentProblem::CarrierWord { word, does });
            }
            let known = taken.insert(as_keyword(&word), command.kind);
            if known.is_some_and(|kind| kind != command.kind) {
                return Err(AgentProblem::SameWord { word });
            }
        }
    }
    Ok(())
}

/// What the carrier does with a word before the virtual agent hears it; `None` where that fits the command.
fn carrier_does(word: &str, kind: CommandKind) -> Option<&'static str> {
    match (CarrierWord::find(&as_keyword(word))?, kind) {
        (CarrierWord::OptsOut, CommandKind::Stop)
        | (CarrierWord::OptsIn, CommandKind::Start)
        | (CarrierWord::Help, CommandKind::Help) => None,
        (CarrierWord::OptsOut, _) => {
            Some("whoever writes it is blocked by the carrier and gets no further text")
        }
        (CarrierWord::OptsIn, _) => Some("the carrier takes it as the wish to get texts again"),
        (CarrierWord::Yes, _) => {
            Some("it is the answer to questions, and the carrier reads it too")
        }
        (CarrierWord::Help, _) => Some("the carrier answers it with its own help"),
    }
}

impl CommandKind {
    /// V-36: it acts while a person has the conversation.
    #[must_use]
    pub const fn may_act_with_agent(self) -> bool {
        matches!(
            self,
            Self::Bye | Self::Notification | Self::Start | Self::Stop
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut BotSettings)) -> Result<VirtualAgent, AgentProblem> {
        let mut agent = VirtualAgent::default();
        change(&mut agent.chat);
        agent.checked()
    }

    fn word(kind: CommandKind, word: &str) -> Result<VirtualAgent, AgentProblem> {
        with(|chat| {
            let command = chat.commands.iter_mut().find(|it| it.kind == kind);
            command.unwrap().words.push(word.to_owned());
        })
    }

    #[test]
    fn v_35_words_are_tidied_and_belong_to_one_command() {
        assert_eq!(with(|_| ()), Ok(VirtualAgent::default()), "as shipped");
        let agent = word(CommandKind::Bye, "  See   you ").unwrap();
        let bye = |it: &&Command| it.kind == CommandKind::Bye;
        let words = &agent.chat.commands.iter().find(bye).unwrap().words;
        assert_eq!(words.last().unwrap(), "See you");
        assert_eq!(
            word(CommandKind::Bye, "BYE").unwrap(),
            VirtualAgent::default()
        );
        assert!(matches!(
            word(CommandKind::Bye, "Restart!"),
            Err(AgentProblem::SameWord { .. })
        ));
    }

    #[test]
    fn v_35_words_that_the_carrier_acts_on_are_refused_but_for_their_own_command() {
        for (kind, text) in [
            (CommandKind::Bye, "Cancel"),
            (CommandKind::Bye, "END"),
            (CommandKind::Hi, "yes"),
            (CommandKind::Agent, "info"),
            (CommandKind::Restart, "start"),
        ] {
            assert!(
                matches!(word(kind, text), Err(AgentProblem::CarrierWord { .. })),
                "{text}"
            );
        }
        assert!(word(CommandKind::Stop, "quit").is_ok());
        assert!(word(CommandKind::Help, "info").is_ok());
    }

    #[test]
    fn v_36_with_a_person_only_ending_and_notifications_act() {
        let changed = with(|chat| chat.commands[0].with_agent = true);
        assert_eq!(changed, Err(AgentProblem::NotWithAgent));
    }

    #[test]
    fn v_21_hosts_are_read_from_what_people_paste() {
        let hosts = |text: &str| with(|chat| chat.allowed_hosts = vec![text.to_owned()]);
        let kept = hosts(" https://API.example.com/v1?x ")
            .unwrap()
            .chat
            .allowed_hosts;
        assert_eq!(kept, ["api.example.com"]);
        assert!(hosts("*.example.com").is_ok());
        for bad in ["localhost", "*.com", "a b.com", "http://x.y", "x..y", "*"] {
            assert!(hosts(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn i_14_and_v_19_keep_to_their_limits_and_needed_texts_are_there() {
        for problem in [
            with(|chat| chat.silence_seconds = 5),
            with(|chat| chat.invalid_answers = 0),
            with(|chat| chat.survey_percent = 101),
            with(|chat| chat.request_limits.millis = 60_000),
            with(|chat| chat.nobody_text.clear()),
            with(|chat| chat.gave_up_text = "x".repeat(1601)),
        ] {
            let words = problem.unwrap_err().to_string();
            assert!(words.len() > 20, "{words}");
        }
        assert!(with(|chat| chat.transfer_text.clear()).is_ok());
    }

    #[test]
    fn r_4_a_number_for_people_alone_is_not_answered() {
        let number = PhoneNumber::parse("+15005550006").unwrap();
        let mut agent = VirtualAgent::default();
        assert!(!agent.answers(&number), "off");
        agent.on = true;
        assert!(agent.answers(&number));
        agent.live_agent_only.insert(number.clone());
        assert!(!agent.answers(&number));
    }
}
