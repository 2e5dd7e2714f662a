//! The steps of a topic: nodes that ask (V-1 … V-5), say (V-7 … V-10) and act unseen (V-21).
//!
//! A node is its kind's fields in one flat object. Whatever a newer Tern wrote into it is kept in the kind's
//! `unknown`, so that a file survives an older editor.

mod act;
mod ask;
mod parts;
mod say;

pub use act::{
    Block, BlockOutput, Branch, Decide, HttpMethod, Jump, LookUp, Match, Named, NamedText, Pause,
    Request, ResponseField, SaveRecord, SetVariables, Transfer, Verify,
};
pub use ask::{
    AskChoice, AskPicture, AskRecords, AskText, AskYesNo, Choice, InputProperties, TextFormat,
};
pub use say::{CardField, LinkTarget, SayImage, SayLink, SayText, ShowCard};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Unknown;

/// A node's id: stable for its whole life, unique in its topic.
pub type NodeId = String;
/// A CEL expression over the topic's variables, its rows and the [known facts](super::KNOWN_FACTS).
pub type ExpressionText = String;
/// A text with placeholders, `{{ name }}`, by the mechanism of canned replies.
pub type TemplateText = String;

/// One step of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// Its id.
    pub id: NodeId,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// What it does.
    #[serde(flatten)]
    pub kind: NodeKind,
    /// The step after it. Without one the topic (or block) is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NodeId>,
}

/// What a node does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum NodeKind {
    /// V-1: asks for text.
    AskText(AskText),
    /// V-2: asks to pick one of the authored choices.
    AskChoice(AskChoice),
    /// V-3: asks to pick rows of a table.
    AskRecords(AskRecords),
    /// V-4: asks yes or no.
    AskYesNo(AskYesNo),
    /// V-5: asks for a picture.
    AskPicture(AskPicture),
    /// V-7: says a text.
    SayText(SayText),
    /// V-8: sends a picture.
    SayImage(SayImage),
    /// V-9: sends links.
    SayLink(SayLink),
    /// V-10: shows a row.
    ShowCard(ShowCard),
    /// V-22: goes the first way whose condition holds.
    Decide(Decide),
    /// Sets variables.
    Set(SetVariables),
    /// Brings one row of a table.
    LookUp(LookUp),
    /// Adds or changes a row.
    SaveRecord(SaveRecord),
    /// Asks another system over HTTP.
    Request(Request),
    /// L-3: asks who it is.
    Verify(Verify),
    /// Runs a topic block.
    Block(Block),
    /// Waits.
    Pause(Pause),
    /// Hands over to a person.
    Transfer(Transfer),
    /// Goes over to another topic.
    Jump(Jump),
    /// Ends the topic (or block) here, whatever called it.
    End(Bare),
    /// V-6: not on SMS.
    Carousel(Bare),
    /// V-6: not on SMS.
    GroupedChoice(Bare),
    /// V-6: not on SMS.
    MultiFile(Bare),
    /// V-6: not on SMS.
    DateTime(Bare),
    /// V-6: not on SMS.
    HeaderCard(Bare),
    /// V-6: not on SMS.
    Geolocation(Bare),
    /// V-12: not on SMS.
    Html(Bare),
    /// V-12: not on SMS.
    MultiResponse(Bare),
    /// V-12: not on SMS.
    ScriptResponse(Bare),
    /// V-12: not on SMS.
    Table(Bare),
    /// V-12: not on SMS.
    Video(Bare),
}

/// Fields of a node that has none of its own, or none that Tern reads.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Bare {
    /// What the file holds besides.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One text, or alternates of which one is chosen each time (V-7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Texts {
    /// Always the same.
    One(TemplateText),
    /// One of these, by the session's seed.
    Alternates(Vec<TemplateText>),
}

impl Texts {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[TemplateText] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Alternates(texts) => texts,
        }
    }
}

impl From<&str> for Texts {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

impl Node {
    /// What people call it; what it does, if nobody gave it a name.
    #[must_use]
    pub fn title(&self) -> String {
        let name = self.name.trim();
        if name.is_empty() {
            self.kind.words().to_owned()
        } else {
            name.to_owned()
        }
    }
}

impl NodeKind {
    /// Its word in a file.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::AskText(_) => "askText",
            Self::AskChoice(_) => "askChoice",
            Self::AskRecords(_) => "askRecords",
            Self::AskYesNo(_) => "askYesNo",
            Self::AskPicture(_) => "askPicture",
            Self::SayText(_) => "sayText",
            Self::SayImage(_) => "sayImage",
            Self::SayLink(_) => "sayLink",
            Self::ShowCard(_) => "showCard",
            Self::Decide(_) => "decide",
            Self::Set(_) => "set",
            Self::LookUp(_) => "lookUp",
            Self::SaveRecord(_) => "saveRecord",
            Self::Request(_) => "request",
            Self::Verify(_) => "verify",
            Self::Block(_) => "block",
            Self::Pause(_) => "pause",
            Self::Transfer(_) => "transfer",
            Self::Jump(_) => "jump",
            Self::End(_) => "end",
            Self::Carousel(_) => "carousel",
            Self::GroupedChoice(_) => "groupedChoice",
            Self::MultiFile(_) => "multiFile",
            Self::DateTime(_) => "dateTime",
            Self::HeaderCard(_) => "headerCard",
            Self::Geolocation(_) => "geolocation",
            Self::Html(_) => "html",
            Self::MultiResponse(_) => "multiResponse",
            Self::ScriptResponse(_) => "scriptResponse",
            Self::Table(_) => "table",
            Self::Video(_) => "video",
        }
    }

    /// What people call such a node.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::AskText(_) => "Question",
            Self::AskChoice(_) => "Choice",
            Self::AskRecords(_) => "Choice of rows",
            Self::AskYesNo(_) => "Yes or no",
            Self::AskPicture(_) => "Question for a picture",
            Self::SayText(_) => "Text",
            Self::SayImage(_) => "Picture",
            Self::SayLink(_) => "Links",
            Self::ShowCard(_) => "Card",
            Self::Decide(_) => "Decision",
            Self::Set(_) => "Set variables",
            Self::LookUp(_) => "Look up a row",
            Self::SaveRecord(_) => "Save a row",
            Self::Request(_) => "Ask another system",
            Self::Verify(_) => "Verify who it is",
            Self::Block(_) => "Block",
            Self::Pause(_) => "Pause",
            Self::Transfer(_) => "To a person",
            Self::Jump(_) => "Other topic",
            Self::End(_) => "End",
            _ => "Not on text messages",
        }
    }

    /// V-6, V-12: what it is called if a phone cannot show it.
    #[must_use]
    pub const fn unsupported(&self) -> Option<&'static str> {
        Some(match self {
            Self::Carousel(_) => "a carousel",
            Self::GroupedChoice(_) => "a grouped choice",
            Self::MultiFile(_) => "a question for several files",
            Self::DateTime(_) => "a date and time picker",
            Self::HeaderCard(_) => "a header card",
            Self::Geolocation(_) => "a question for a place on a map",
            Self::Html(_) => "HTML",
            Self::MultiResponse(_) => "a response in several parts",
            Self::ScriptResponse(_) => "a scripted response",
            Self::Table(_) => "a table",
            Self::Video(_) => "a video",
            _ => return None,
        })
    }

    /// What an asking node has in common with the others (V-17).
    #[must_use]
    pub const fn input(&self) -> Option<&InputProperties> {
        Some(match self {
            Self::AskText(ask) => &ask.input,
            Self::AskChoice(ask) => &ask.input,
            Self::AskRecords(ask) => &ask.input,
            Self::AskYesNo(ask) => &ask.input,
            Self::AskPicture(ask) => &ask.input,
            _ => return None,
        })
    }

    /// V-20: what is answered to it is kept nowhere.
    #[must_use]
    pub const fn asks_secretly(&self) -> bool {
        match self.input() {
            Some(input) => input.secure,
            None => matches!(self, Self::Verify(_)),
        }
    }
}
