//! Texts, pictures, drafts and what the composer needs to know about a text before it is sent.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which way a text went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DirectionView {
    /// From the requester.
    Inbound,
    /// From the team.
    Outbound,
}

/// What wrote a text of the team's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// A live agent.
    Agent,
    /// The virtual agent.
    VirtualAgent,
}

/// One text in a thread.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Order within this laptop's file: later texts have greater positions. Also the paging cursor.
    #[ts(type = "number")]
    pub position: i64,
    /// UUID, stable for the text's whole life.
    pub id: String,
    /// Which way.
    pub direction: DirectionView,
    /// Text exactly as sent; plain text, never markup.
    pub body: String,
    /// Carrier time, or the time of writing until the carrier has one.
    #[ts(type = "number")]
    pub at: i64,
    /// Pictures and other media.
    pub media: Vec<MediaView>,
    /// Delivery, for outbound texts; a problem, for inbound ones.
    pub delivery: DeliveryView,
    /// Parts the carrier counts.
    pub segments: u32,
    /// Who wrote it: an agent's name, `None` for the requester or when unknown (sent elsewhere).
    pub author: Option<String>,
    /// What the author is; `None` where it is neither, or not known.
    pub author_kind: Option<AuthorKind>,
    /// It was brought in from a file of another system.
    pub imported: bool,
    /// Text was removed at Twilio or here.
    pub redacted: bool,
    /// Names of the patterns that were masked before the text was stored (H-15).
    pub masked: Vec<String>,
    /// How far removing its words is; `None` for a text that is kept.
    pub removal: Option<RemovalView>,
}

/// How far removing the words of a text is (L-14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemovalView {
    /// It answered a secure question (V-20), so its words were never kept here: what it is called.
    pub secure: Option<String>,
    /// Who removed it by hand.
    pub by: Option<String>,
    /// Since when its words are not here.
    #[ts(type = "number")]
    pub at: i64,
    /// Whether the carrier still has them.
    pub carrier: CarrierCopy,
    /// A sentence about the carrier's copy.
    pub words: String,
}

/// Remove the words of a text for good.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RedactMessage {
    /// Which text.
    pub message_id: String,
    /// What was typed to confirm it: “remove”.
    pub typed: String,
}

/// What the carrier still has to forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WipeStateView {
    /// Texts that it still has and is asked to forget.
    pub waiting: u32,
    /// Texts that it refuses to forget.
    pub failed: u32,
    /// The agent at this desk may remove texts.
    pub may_remove: bool,
}

/// Whether the carrier still has the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CarrierCopy {
    /// It does, and is asked to forget them.
    Waiting,
    /// It does not.
    Done,
    /// It does, and refuses to forget them.
    Failed,
}

/// Where an outbound text stands, always with words.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// Mark to draw.
    pub mark: DeliveryMark,
    /// Words for it, e.g. "Delivered" or "Waiting for the network".
    pub words: String,
    /// Instant until which it can be called back (hold-to-undo).
    #[ts(type = "number | null")]
    pub held_until: Option<i64>,
    /// Uncertain ones: instant from which the agent is asked. Until then Tern looks by itself.
    #[ts(type = "number | null")]
    pub ask_from: Option<i64>,
    /// What went wrong and what to do, for failed ones (T-14).
    pub problem: Option<DeliveryProblem>,
}

/// The marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryMark {
    /// Inbound.
    Received,
    /// Held back for undo.
    Held,
    /// Waiting for the network, its turn or a retry.
    Waiting,
    /// On its way to Twilio, or queued there.
    Sending,
    /// The carrier took it.
    Sent,
    /// The handset has it.
    Delivered,
    /// It has been read (channels that tell).
    Read,
    /// It did not arrive.
    Failed,
    /// Unknown whether it was sent: the agent decides.
    Uncertain,
    /// Called back before it left.
    Canceled,
}

/// A failed send, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryProblem {
    /// Twilio's code, for support.
    pub code: Option<u32>,
    /// What happened.
    pub explanation: String,
    /// What to do.
    pub remedy: String,
    /// Sending the same again can make sense.
    pub can_retry: bool,
}

/// A picture or file of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MediaView {
    /// Id to ask the bytes with.
    pub id: String,
    /// Type found in the content; `None` until it was fetched.
    pub content_type: Option<String>,
    /// Where it stands.
    pub state: MediaState,
    /// Bytes, once known.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// Pixels, once known, so that a thread does not jump.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Words for a refusal or a failure.
    pub note: Option<String>,
    /// What a copy of it is called; `None` for what is not here.
    pub file_name: Option<String>,
    /// It is not here, and nothing is known of it but why: the carrier can be asked for it.
    pub can_ask_again: bool,
}

/// What a list shows of a text's pictures and files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PicturesView {
    /// The one that stands for all: the first that can be shown, else that may still come, else the first.
    pub shown: MediaView,
    /// How many there are.
    pub count: u32,
}

/// Where a medium stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MediaState {
    /// Still to be fetched.
    Pending,
    /// At the carrier, until somebody asks for it.
    Remote,
    /// Here, and safe to show as a picture.
    Image,
    /// Here, but kept as a file only.
    File,
    /// Refused (type, size, host) or lost at Twilio; `note` says which.
    Unavailable,
}

/// Where a page of a thread starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Anchor {
    /// The newest texts.
    Latest,
    /// Around the first unread text (or the newest when all is read).
    Unread,
    /// Texts before a position, older ones.
    Before {
        /// Exclusive.
        #[ts(type = "number")]
        position: i64,
    },
    /// Texts from a position on.
    From {
        /// Inclusive.
        #[ts(type = "number")]
        position: i64,
    },
    /// Texts after a position, newer ones.
    After {
        /// Exclusive.
        #[ts(type = "number")]
        position: i64,
    },
    /// Around a position, e.g. a search hit.
    Around {
        /// Inclusive.
        #[ts(type = "number")]
        position: i64,
    },
}

/// Ask for a page of a thread.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListMessages {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Where to start.
    pub anchor: Anchor,
    /// At most this many (1…200).
    pub limit: u32,
}

/// A page of a thread, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessagePage {
    /// Texts, oldest first.
    pub messages: Vec<MessageView>,
    /// There are older ones.
    pub has_older: bool,
    /// There are newer ones.
    pub has_newer: bool,
    /// Position of the first unread inbound text, for the divider.
    #[ts(type = "number | null")]
    pub first_unread: Option<i64>,
    /// Revision of this answer.
    #[ts(type = "number")]
    pub revision: u64,
}

/// Ask what a text would cost.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeasureText {
    /// Text as typed.
    pub body: String,
}

/// What a text costs (T-6, T-7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TextMeasure {
    /// Encoding the carrier will use.
    pub encoding: EncodingView,
    /// Characters as Twilio counts them.
    pub characters: u32,
    /// Parts.
    pub segments: u32,
    /// Characters that still fit in the last part.
    pub left_in_segment: u32,
    /// The first character that forces the costly encoding, and where (UTF-16 offset).
    pub costly: Option<CostlyCharacter>,
    /// Over the limit of 1600 characters by this many (21617).
    pub over_limit_by: u32,
}

/// SMS encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EncodingView {
    /// 160 characters in a part.
    Gsm7,
    /// 70 characters in a part.
    Ucs2,
}

/// The character that made a text expensive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CostlyCharacter {
    /// The grapheme itself.
    pub character: String,
    /// UTF-16 offset of its first appearance.
    pub offset: u32,
    /// A plain look-alike to offer instead, e.g. `'` for `’`.
    pub replacement: Option<String>,
}

/// A saved draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftView {
    /// Text so far.
    pub body: String,
    /// Pictures attached so far.
    pub media: Vec<MediaView>,
}

/// Keep what is being typed.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveDraft {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Text so far; empty with no pictures removes the draft.
    pub body: String,
}

/// Attach a picture to the draft.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttachPicture {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Name it had; for words only.
    pub file_name: String,
    /// Content, base64.
    pub base64: String,
}

/// Take a picture off the draft.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemovePicture {
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// `MediaView.id`.
    pub media_id: String,
}

/// Send the text, with the draft's pictures; the draft is cleared in the same transaction.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendMessage {
    /// UUIDv7 made by the window, so that a repeated call sends once.
    pub message_id: String,
    /// This laptop's id of the conversation.
    #[ts(type = "number")]
    pub conversation_id: i64,
    /// Text.
    pub body: String,
    /// H-11: the agent confirmed that writing makes them take part in a colleague's conversation.
    pub joins: bool,
}

/// Names one text.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessageRef {
    /// UUID.
    pub message_id: String,
}

/// Settle an uncertain send.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleUncertain {
    /// UUID.
    pub message_id: String,
    /// The agent's word.
    pub verdict: UncertainVerdict,
}

/// The agent's word about an uncertain send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum UncertainVerdict {
    /// Ask Twilio once more.
    LookAgain,
    /// It did arrive: keep it as sent.
    WasSent,
    /// Send it (again); the agent accepts that it may arrive twice.
    SendAgain,
    /// Drop it.
    Discard,
}
