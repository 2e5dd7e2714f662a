//! What a configuration file holds: one entry per feature.

use serde_json::{Map, Value};
use tern_domain::AgentId;
use tern_domain::routing::{ConfigPart, RoutingConfig, WantedConfig};
use tern_engine::Clock;
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::read::Flaw;
use super::{documents, notifications, routing, topics};

/// One feature's part of the file.
pub(crate) struct Section {
    /// Its key in the file; stable for ever.
    pub(crate) name: &'static str,
    /// What a person calls it.
    pub(crate) title: &'static str,
    /// Where it is kept.
    pub(crate) kept: Kept,
}

/// Where a section is kept.
pub(crate) enum Kept {
    /// By itself.
    Document(Document),
    /// With everything about routing, whose parts name each other and go in force together.
    Routing {
        /// Which part it is.
        part: ConfigPart,
        /// What of it goes into a file.
        of: fn(&RoutingConfig) -> Value,
        /// What a file wants of it.
        want: fn(&mut WantedConfig, &Value) -> Result<(), Flaw>,
    },
}

/// A section that stands by itself.
pub(crate) struct Document {
    /// What is in force, without anything secret or personal.
    pub(crate) load: fn(&ReadConn<'_>) -> Result<Value, StoreError>,
    /// A section of a file in its kept form, or what is wrong with it.
    pub(crate) check: fn(&Value) -> Result<Value, Flaw>,
    /// What of a checked section can be in force here, given all sections as they are and as they would be;
    /// `None` = all of it.
    pub(crate) fit: Option<Fit>,
    /// Puts a checked section in force.
    pub(crate) store: fn(&mut WriteTx<'_>, &Value, &Importing<'_>) -> Result<Applied, StoreError>,
}

/// Fits a section into the desk: the sections before, and after, and whoever imports them.
pub(crate) type Fit = fn(
    &ReadConn<'_>,
    &Map<String, Value>,
    &Map<String, Value>,
    AgentId,
) -> Result<Result<Value, Flaw>, StoreError>;

/// Who imports a file, for sections whose changes are recorded.
pub(crate) struct Importing<'a> {
    /// The agent at this desk.
    pub(crate) agent: AgentId,
    /// The time.
    pub(crate) clock: &'a dyn Clock,
}

const fn document(name: &'static str, title: &'static str, document: Document) -> Section {
    Section {
        name,
        title,
        kept: Kept::Document(document),
    }
}

/// Every section, in the order of the file.
pub(crate) const SECTIONS: &[Section] = &[
    document("settings", "Settings", documents::SETTINGS),
    document("replies", "Canned replies", documents::REPLIES),
    document(
        "screening",
        "Sensitive data and words",
        documents::SCREENING,
    ),
    document(
        "messagingActions",
        "Messaging actions",
        documents::MESSAGING_ACTIONS,
    ),
    document("appLock", "Lock of the desk", documents::APP_LOCK),
    document("wrapUp", "Wrap-up", documents::WRAP_UP),
    document("retention", "Retention", documents::RETENTION),
    document("past", "What is fetched of the past", documents::PAST),
    document("savedViews", "Saved views", documents::SAVED_VIEWS),
    document("inboxCards", "Inbox cards", documents::INBOX_CARDS),
    document("recordTables", "Tables", topics::TABLES),
    document("virtualAgent", "Virtual agent", topics::VIRTUAL_AGENT),
    document("topics", "Topics", topics::TOPICS),
    document(
        "notifications",
        "Update notifications",
        notifications::NOTIFICATIONS,
    ),
    document(
        "notificationRules",
        "Rules of update notifications",
        notifications::RULES,
    ),
    routing::GROUPS,
    routing::AGENTS,
    routing::PRESENCE,
    routing::CHANNELS,
    routing::RULES,
    routing::REJECT_REASONS,
    routing::QUEUES,
];

impl Section {
    /// The section that holds a part of the routing configuration.
    pub(crate) fn of_part(wanted: ConfigPart) -> &'static str {
        let holds = |section: &&Section| matches!(section.kept, Kept::Routing { part, .. } if part == wanted);
        SECTIONS
            .iter()
            .find(holds)
            .map_or("", |section| section.name)
    }
}
