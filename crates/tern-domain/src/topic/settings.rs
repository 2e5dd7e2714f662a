//! What a team decides about its virtual agent: the chat experience (V-29), the words of commands (V-35),
//! texts and limits.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::as_keyword;
use super::{CHANNEL, Unknown};
use crate::time::Millis;
use crate::verification::SecondFactor;

/// Parts of every conversation (V-28). Each is a topic of kind `setup` named like this; Tern ships all of
/// them, and a published one of the same name replaces the shipped one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SetupTopic {
    /// Said first.
    Greeting,
    /// Said on help: commands and topics.
    Capabilities,
    /// Said when nothing was understood.
    Fallback,
    /// Found by words that ask for a person.
    LiveAgentSupport,
    /// Found by words that link a number, and begun where a topic is not for guests (L-3, L-4). Left out, nobody
    /// can prove by text who they are (L-2).
    LinkAccount,
    /// Found by words for a lost PIN (L-13).
    ResetVerification,
    /// Said when a topic failed, before the transfer.
    ErrorHandling,
    /// Asked after a finished topic.
    AnythingElse,
    /// Asked of some.
    Survey,
    /// Said at the end.
    Closing,
}

impl SetupTopic {
    /// All, in the order of a conversation.
    pub const ALL: [Self; 10] = [
        Self::Greeting,
        Self::Capabilities,
        Self::Fallback,
        Self::LiveAgentSupport,
        Self::LinkAccount,
        Self::ResetVerification,
        Self::ErrorHandling,
        Self::AnythingElse,
        Self::Survey,
        Self::Closing,
    ];

    /// The name of its topic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Capabilities => "capabilities",
            Self::Fallback => "fallback",
            Self::LiveAgentSupport => "live_agent_support",
            Self::LinkAccount => "link_account",
            Self::ResetVerification => "reset_verification",
            Self::ErrorHandling => "error_handling",
            Self::AnythingElse => "anything_else",
            Self::Survey => "survey",
            Self::Closing => "closing",
        }
    }

    /// The part of a topic's name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// What a command does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// V-30: starts a conversation.
    Hi,
    /// V-30: ends the bot's conversation, also a broken one, and begins anew.
    Restart,
    /// V-31: asks for a person.
    Agent,
    /// V-32: ends the conversation.
    Bye,
    /// V-33: commands and topics.
    Help,
    /// V-33, L-16: unlinks the account.
    Logout,
    /// V-34, S-2.
    Notification,
    /// V-34, S-3.
    Start,
    /// V-34, S-4. The carrier's own words always act; more words can be added.
    Stop,
}

/// A command: a keyword with a fixed meaning, handled before any topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    /// What it does.
    pub kind: CommandKind,
    /// V-35: its words and phrases; the first one is shown.
    pub words: Vec<String>,
    /// What the list of commands says about it; empty = it is not listed.
    #[serde(default)]
    pub description: String,
    /// V-35: it acts while the virtual agent has the conversation.
    pub with_bot: bool,
    /// V-35: it acts while a person has it, or it waits for one.
    pub with_agent: bool,
    /// V-35: channels that it does not act on: `sms`. The carrier acts on its own words all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_channels: Vec<String>,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Command {
    /// V-35: it acts on the channel that conversations run on.
    #[must_use]
    pub fn is_on_channel(&self) -> bool {
        let is_this = |channel: &String| channel == CHANNEL.as_str();
        !self.excluded_channels.iter().any(is_this)
    }
}

/// Limits of a request to another system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestLimits {
    /// Longest wait for the whole answer, in milliseconds.
    pub millis: u32,
    /// Longest answer, in bytes.
    pub bytes: u32,
}

/// Everything a team decides about its virtual agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct BotSettings {
    /// V-29: the parts that the chat experience includes. A part that is left out never acts; a transfer
    /// works without its words.
    pub includes: BTreeSet<SetupTopic>,
    /// The commands.
    pub commands: Vec<Command>,
    /// I-14: silence after which a conversation is closed, in seconds.
    pub silence_seconds: u32,
    /// V-19: answers to one node that may miss before help is offered; one more ends the topic.
    pub invalid_answers: u32,
    /// V-28: how many of a hundred conversations get the survey.
    pub survey_percent: u8,
    /// H-5: said when a conversation goes to a person; empty = nothing.
    pub transfer_text: String,
    /// H-3: said when nobody is there.
    pub nobody_text: String,
    /// Said when an agent hands back; empty = nothing.
    pub handed_back_text: String,
    /// V-19, V-23: said when a topic is given up.
    pub gave_up_text: String,
    /// Answers thanks that come after a finished topic; empty = nothing is said.
    pub thanks_text: String,
    /// Hosts that requests may go to, in lower case. `*.example.com` is every host below that one.
    pub allowed_hosts: Vec<String>,
    /// Limits of requests.
    pub request_limits: RequestLimits,
    /// L-2: what is asked for after the PIN.
    pub second_factor: SecondFactor,
    /// What a newer Tern wrote.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Default for BotSettings {
    fn default() -> Self {
        use SetupTopic as Part;
        Self {
            includes: [
                Part::Greeting,
                Part::Capabilities,
                Part::Fallback,
                Part::LiveAgentSupport,
                Part::ErrorHandling,
                Part::Closing,
            ]
            .into(),
            commands: shipped_commands(),
            silence_seconds: 7_200,
            invalid_answers: 3,
            survey_percent: 33,
            transfer_text: "I am passing you on to a colleague. They will answer you here."
                .to_owned(),
            nobody_text:
                "Nobody from the team is here right now. Please try again later, or go on with me."
                    .to_owned(),
            handed_back_text: "You are back with the assistant. What else can I do for you?"
                .to_owned(),
            gave_up_text: "I could not make sense of that, so I have stopped here. Write help for what I can do, \
                           or agent to talk to a person."
                .to_owned(),
            thanks_text: "You are welcome. Write again any time.".to_owned(),
            allowed_hosts: Vec::new(),
            request_limits: RequestLimits {
                millis: 5_000,
                bytes: 100_000,
            },
            second_factor: SecondFactor::default(),
            unknown: Unknown::new(),
        }
    }
}

impl BotSettings {
    /// I-14 as a duration.
    #[must_use]
    pub fn silence(&self) -> Millis {
        Millis::seconds(i64::from(self.silence_seconds))
    }

    /// V-36: the command that a whole text is, among those that apply.
    #[must_use]
    pub fn find_command(
        &self,
        text: &str,
        applies: impl Fn(&Command) -> bool,
    ) -> Option<CommandKind> {
        let said = as_keyword(text);
        if said.is_empty() {
            return None;
        }
        self.commands
            .iter()
            .filter(|command| command.is_on_channel() && applies(command))
            .find(|command| command.words.iter().any(|word| as_keyword(word) == said))
            .map(|command| command.kind)
    }

    /// Whether requests may go to a host.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.allowed_hosts
            .iter()
            .any(|allowed| match allowed.strip_prefix("*.") {
                Some(parent) => host
                    .strip_suffix(parent)
                    .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
                None => *allowed == host,
            })
    }
}

fn shipped_commands() -> Vec<Command> {
    use CommandKind as Kind;
    let command = |kind, words: &[&str], description: &str, with_bot, with_agent| Command {
        kind,
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        description: description.to_owned(),
        with_bot,
        with_agent,
        excluded_channels: Vec::new(),
        unknown: Unknown::new(),
    };
    vec![
        command(Kind::Hi, &["hi", "hello", "hey"], "", true, false),
        command(
            Kind::Restart,
            &["restart", "start over"],
            "begin again",
            true,
            false,
        ),
        command(
            Kind::Agent,
            &["agent", "talk to a person"],
            "talk to a person",
            true,
            false,
        ),
        command(
            Kind::Bye,
            &["bye", "goodbye", "exit"],
            "end this conversation",
            true,
            true,
        ),
        command(Kind::Help, &["help", "menu"], "this list", true, false),
        command(Kind::Logout, &["logout", "log out"], "", true, false),
        command(
            Kind::Notification,
            &["notification", "notifications"],
            "",
            true,
            true,
        ),
        command(Kind::Start, &["start"], "", true, true),
        command(Kind::Stop, &["stop"], "", true, true),
    ]
}
