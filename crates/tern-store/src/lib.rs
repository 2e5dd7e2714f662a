//! The encrypted database file: opening, keying, migrating, writing, reading and searching it.
//!
//! Everything the agent sees is kept here, so that it can be read with no network at all. This crate applies
//! what the rules planned and never decides anything itself; it knows no network and no clock.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod apply;
mod backup;
mod damage;
mod error;
#[cfg(test)]
mod faults_tests;
mod files;
mod integrity;
mod key;
mod layout;
mod media_files;
mod open;
#[cfg(test)]
mod plans_tests;
mod rotation;
mod run;
mod salvage;
mod search;
mod source_file;
mod store;
mod tables;
mod tx;

pub use apply::Applied;
pub use backup::{
    BackupChecked, BackupCounts, BackupDesk, BackupEntry, BackupError, BackupKey, BackupName,
    BackupPhase, BackupProgress, BackupVault, FoundDesk, Rebuilding, Restored, RestoredFrom,
    Unpacked, find_backup_desks, settle_restore, thin_out,
};
pub use error::StoreError;
pub use key::{
    AuthenticatorSeal, DatabaseKey, EnvelopeError, ExportSeal, Holder, KeyChanges, KeyEnvelope,
    PassphraseCost, RandomnessError, RecoveryEnvelope, draw_authenticator, draw_export_seed,
    draw_recovery_code, draw_soft_pin, draw_texted_code, find_key_changes, forget_key_changes,
    hash_pin, is_pin, note_key_change,
};
pub use layout::{FileName, FileNameError};
pub use media_files::MediaFiles;
pub use open::{OpenConfig, OpenStoreError, SetAside, opens, set_aside};
pub use rotation::{
    Going, Rotation, RotationError, RotationPhase, RotationProgress, RotationState,
};
pub use run::{Answer, Stop};
pub use salvage::Salvage;
pub use search::{HitCount, NoteHit, NotePage, SearchHit, SearchPage, SearchQuery, SnippetPart};
pub use source_file::{SourceFile, SourceStamp};
pub use store::Store;
pub use tables::carrier_wipes::DueWipe;
pub use tables::conversations::{
    ConversationList, ConversationPage, ConversationRow, ListCounts, ListCursor, Preview,
};
pub use tables::desk::{HelpCursor, HelpPage, SnoozedCursor, SnoozedPage};
pub use tables::documents::{
    EXPORT_KEY, LOCK_CODES, RECENT_SEARCHES, RESTORED, SettingName, SyncName,
};
pub use tables::drafts::Draft;
pub use tables::event_log::StoredEvent;
pub use tables::events::RecordedEvent;
pub use tables::exports::{ExportSize, Positions};
pub use tables::facts::{FactRow, FactScope, InteractionOutline};
pub use tables::figures::{
    AgentWork, Behind, BehindCursor, BehindPage, BehindQuestion, BehindRow, ConsentCounts,
    ConversationFigureRow, FailureCount, FigureFilter, FigureProgress, Followed, HeldByAgent,
    QueueWork, TextFigureRow, TextGrain, TopicFigureRow,
};
pub use tables::glances::TextMedia;
pub use tables::histories::{Brought, BroughtText, HistoryStanding, RemovalLook, Removed};
pub use tables::interactions::PastInteraction;
pub use tables::journal::{JournalEntry, JournalId, JournalSource, RawArrival};
pub use tables::media::{MediaFile, MediaOwner, MediaRow, MediaState};
pub use tables::media_fetches::MediaFetch;
pub use tables::messages::{MessageRow, UnsettledMessage};
pub use tables::notification_recipients::{NewRecipient, RecipientCounts};
pub use tables::outbox::OutboxCounts;
pub use tables::past::{PastPicture, PastPicturePage};
pub use tables::people::{PersonCursor, PersonPage};
pub use tables::record_writes::RowChange;
pub use tables::records::{RecordPage, RecordRow};
pub use tables::retention::{OldSpan, OldTexts};
pub use tables::retention_look::RetentionLook;
pub use tables::routing_config::AgentPin;
pub use tables::saved_views::{SavedView, SavedViewId};
pub use tables::threads::{MessagePage, ThreadAnchor};
pub use tables::topics::{ServedTopic, StoredTopic, TopicCount, TopicVersionEntry};
pub use tables::work_items::OpenWork;
pub use tx::{ReadConn, WriteTx};
