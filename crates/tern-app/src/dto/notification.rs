//! Notifications (S-9 … S-14): what is sent to whom when something happens, and what became of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DeliveryMark, EncodingView};

/// A definition, as it is kept and as it is edited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationDraft {
    /// UUID, made by the window.
    pub id: String,
    /// Its name for the team.
    pub name: String,
    /// It is sent when its trigger says so.
    pub active: bool,
    /// The table whose rows send it; `None` = somebody says that it happened.
    pub table: Option<String>,
    /// When a row is added.
    pub on_insert: bool,
    /// When a row is changed.
    pub on_update: bool,
    /// Over the row's columns; empty = always.
    pub condition: String,
    /// People who get it, one by one.
    pub people: Vec<NotifiedPerson>,
    /// Phone columns whose users get it.
    pub fields: Vec<String>,
    /// Everybody with one of these roles gets it.
    pub roles: Vec<String>,
    /// Everybody who has notifications on gets it.
    pub subscribers: bool,
    /// Whoever caused it gets it, too.
    pub include_originator: bool,
    /// The first line.
    pub heading: String,
    /// What kind of content.
    pub kind: ContentKind,
    /// The text of a simple one or an image card, or the title of a record card.
    pub text: String,
    /// Columns of a record card.
    pub card_fields: Vec<String>,
    /// The record's address, or the picture's.
    pub link: String,
    /// What the picture shows.
    pub alt_text: String,
    /// What can be done about it.
    pub actions: Vec<NotificationActionView>,
    /// The list ends with a way past it.
    pub can_skip: bool,
    /// Hours that it waits for the end of a conversation.
    pub keep_hours: u16,
    /// Our number that it leaves from; `None` = the one that they last wrote to.
    pub provider: Option<String>,
}

/// Somebody who gets it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotifiedPerson {
    /// UUID.
    pub id: String,
    /// Name; empty for somebody who has left the directory.
    pub name: String,
}

/// Kinds of content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ContentKind {
    /// A text.
    Simple,
    /// The fields of a row.
    RecordCard,
    /// A picture with a text.
    ImageCard,
}

/// One thing that a recipient can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationActionView {
    /// What they read.
    pub label: String,
    /// The topic that it starts.
    pub topic: String,
}

/// All notifications, and what they can name.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsView {
    /// The definitions, in their order.
    pub notifications: Vec<NotificationRow>,
    /// Tables with their columns.
    pub tables: Vec<NotifyingTable>,
    /// Topics that an action can start: internal name and name for people.
    pub topics: Vec<NotificationTopic>,
    /// Our numbers, in E.164 form.
    pub providers: Vec<String>,
    /// What holds for all of them.
    pub settings: NotificationSettingsView,
    /// The first line as shipped.
    pub default_heading: String,
}

/// A definition in the list.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRow {
    /// The definition.
    pub notification: NotificationDraft,
    /// When it is sent, as a sentence.
    pub when: String,
    /// Its newest run.
    pub last_run: Option<RunView>,
}

/// A table whose rows can send something.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotifyingTable {
    /// Its name in conditions.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Its columns.
    pub columns: Vec<NotifyingColumn>,
}

/// A column of it.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotifyingColumn {
    /// Its name in texts.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// It holds phone numbers.
    pub is_phone: bool,
}

/// A topic that an action can start.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationTopic {
    /// Internal name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
}

/// What holds for every notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSettingsView {
    /// First minute of the quiet hours; `None` = there are none.
    pub quiet_from: Option<u16>,
    /// The minute after the last.
    pub quiet_to: Option<u16>,
    /// Most notifications of one person within an hour.
    pub most_an_hour: u32,
    /// What the carrier takes for one segment, like `0.0083 USD`; empty = not known.
    pub segment_price: String,
}

/// Names a notification.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationRef {
    /// UUID.
    pub id: String,
}

/// All notifications after a change, and the way back.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsChanged {
    /// As they are.
    pub view: NotificationsView,
    /// Token that takes the change back.
    pub undo: String,
}

/// Asks what a notification would come to now.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewNotification {
    /// The definition, saved or not.
    pub notification: NotificationDraft,
    /// What would be said about the event.
    pub parm1: String,
    /// And more of it.
    pub parm2: String,
}

/// What a notification would come to now. Nothing is sent.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationPreview {
    /// What has to change first, as a sentence; empty if nothing.
    pub problem: String,
    /// The text with its actions, for the newest row of the table.
    pub text: String,
    /// The picture's address.
    pub picture: Option<String>,
    /// How it is encoded.
    pub encoding: EncodingView,
    /// Parts of one text.
    pub segments: u32,
    /// Everybody whom it is for; the first of them.
    pub recipients: Vec<ForecastView>,
    /// How many there are in all.
    pub total: u32,
    /// How many get it now.
    pub sent: u32,
    /// How many get it later.
    pub waiting: u32,
    /// How many do not get it.
    pub refused: u32,
    /// Parts of all texts together.
    pub all_segments: u32,
    /// What one text costs; `None` = the price is not known.
    pub price: Option<String>,
    /// What all texts cost together.
    pub all_prices: Option<String>,
}

/// What would become of one recipient.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ForecastView {
    /// Name, or the number.
    pub name: String,
    /// Where; empty without a number.
    pub number: String,
    /// What would become of them.
    pub state: RecipientStateView,
    /// The same in words.
    pub words: String,
}

/// Says that something happened.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendNotification {
    /// UUID of the notification.
    pub id: String,
    /// What is said about it.
    pub parm1: String,
    /// And more of it.
    pub parm2: String,
}

/// One sending of a notification.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunView {
    /// This laptop's own id of it.
    #[ts(type = "number")]
    pub run: i64,
    /// When it began.
    #[ts(type = "number")]
    pub started_at: i64,
    /// Where it stands.
    pub state: RunStateView,
    /// Why it is sent, as a sentence.
    pub cause: String,
    /// Whose turn is next.
    pub planned: u32,
    /// Who gets it later.
    pub waiting: u32,
    /// Who got it.
    pub sent: u32,
    /// Who does not get it.
    pub refused: u32,
    /// For whom it was kept for too long.
    pub dropped: u32,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RunStateView {
    /// It goes on by itself.
    Running,
    /// Nobody gets anything until it is resumed.
    Paused,
    /// Everybody has got it or is known not to.
    Done,
}

/// Where a run stands with a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RecipientStateView {
    /// It is their turn next.
    Planned,
    /// Later.
    Waiting,
    /// In the outbox, or left.
    Sent,
    /// They do not get it.
    Refused,
    /// It was kept for too long.
    Dropped,
}

/// Names a run.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunRef {
    /// Which.
    #[ts(type = "number")]
    pub run: i64,
}

/// Asks for a page of a run's result.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunResults {
    /// Which run.
    #[ts(type = "number")]
    pub run: i64,
    /// Only those who stand there.
    pub state: Option<RecipientStateView>,
    /// Continue after this place.
    pub after: Option<u32>,
}

/// A page of a run's result.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunPage {
    /// The run.
    pub run: RunView,
    /// Its recipients, in order.
    pub rows: Vec<RunResultRow>,
    /// Ask for those after this place next.
    pub next: Option<u32>,
}

/// One recipient of a run.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunResultRow {
    /// Place in the run.
    pub place: u32,
    /// Name, or the number.
    pub name: String,
    /// Where it went; empty while it has not.
    pub number: String,
    /// Where it stands.
    pub state: RecipientStateView,
    /// The same in words; for a text that was sent, what became of it since.
    pub words: String,
    /// What became of the text; `None` while there is none.
    pub mark: Option<DeliveryMark>,
    /// When it was sent, or is looked at next.
    #[ts(type = "number | null")]
    pub at: Option<i64>,
    /// The conversation that it is in.
    #[ts(type = "number | null")]
    pub conversation_id: Option<i64>,
}
