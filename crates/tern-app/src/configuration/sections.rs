//! What a configuration file holds: one entry per feature.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tern_domain::card::{CardLayout, check_layouts};
use tern_domain::replies::{CannedReply, check_replies, shipped_replies};
use tern_domain::screening::ScreenRules;
use tern_domain::wrap_up::{WrapUpRules, plan_wrap_up_rules};
use tern_domain::{Actor, AgentId};
use tern_engine::{Clock, EdgeIds};
use tern_store::{ReadConn, StoreError, WriteTx};

use crate::dto::Settings;
use crate::records::Record;
use crate::usecases::checked_settings;

/// One feature's part of the file.
pub(crate) struct Section {
    /// Its key in the file; stable for ever.
    pub(crate) name: &'static str,
    /// What a person calls it.
    pub(crate) title: &'static str,
    /// What is in force, without anything secret or personal.
    pub(crate) load: fn(&ReadConn<'_>) -> Result<Value, StoreError>,
    /// A section of a file in its kept form, or what is wrong with it.
    pub(crate) check: fn(&Value) -> Result<Value, String>,
    /// Puts a checked section in force.
    pub(crate) store: fn(&mut WriteTx<'_>, &Value, &Importing<'_>) -> Result<(), StoreError>,
}

/// Who imports a file, for sections whose changes are recorded.
pub(crate) struct Importing<'a> {
    /// The agent at this desk.
    pub(crate) agent: AgentId,
    /// The time.
    pub(crate) clock: &'a dyn Clock,
}

/// Every section, in the order of the file.
pub(crate) const SECTIONS: &[Section] = &[
    Section {
        name: "settings",
        title: "Settings",
        load: load_settings,
        check: check_settings,
        store: store_settings,
    },
    Section {
        name: "replies",
        title: "Canned replies",
        load: |conn| load::<Vec<CannedReply>>(conn, Record::Replies, shipped_replies),
        check: |value| {
            let replies: Vec<CannedReply> = decode(value)?;
            let mut ids = std::collections::BTreeSet::new();
            if replies
                .iter()
                .any(|reply| reply.id.is_empty() || !ids.insert(&reply.id))
            {
                return Err("each reply needs an id of its own.".to_owned());
            }
            encode(&check_replies(replies).map_err(|problem| problem.to_string())?)
        },
        store: |tx, value, _| tx.put_setting(Record::Replies.name(), value),
    },
    Section {
        name: "screening",
        title: "Sensitive data and words",
        load: |conn| load::<ScreenRules>(conn, Record::Screening, ScreenRules::default),
        check: |value| {
            let rules: ScreenRules = decode(value)?;
            rules.check().map_err(|problem| problem.to_string())?;
            encode(&rules)
        },
        store: |tx, value, _| tx.put_setting(Record::Screening.name(), value),
    },
    Section {
        name: "wrapUp",
        title: "Wrap-up",
        load: |conn| {
            conn.load_wrap_up_rules()
                .map(|rules| encode(&rules).unwrap_or_default())
        },
        check: |value| {
            let rules: WrapUpRules = decode(value)?;
            match rules.problems().first() {
                Some(problem) => Err(problem.to_string()),
                None => encode(&rules),
            }
        },
        store: store_wrap_up,
    },
    Section {
        name: "inboxCards",
        title: "Inbox cards",
        load: |conn| load::<Vec<CardLayout>>(conn, Record::CardLayouts, Vec::new),
        check: |value| {
            let layouts: Vec<CardLayout> = decode(value)?;
            encode(&check_layouts(layouts).map_err(|problem| problem.to_string())?)
        },
        store: |tx, value, _| tx.put_setting(Record::CardLayouts.name(), value),
    },
];

/// Fields of the settings that belong to one person or one laptop and stay what they are.
const PERSONAL: [&str; 8] = [
    "agentName",
    "mediaBaseUrl",
    "webhookBaseUrl",
    "closeToTray",
    "startAtLogin",
    "theme",
    "quietHours",
    "silentPresence",
];

fn load<T: Serialize + DeserializeOwned>(
    conn: &ReadConn<'_>,
    record: Record,
    default: impl FnOnce() -> T,
) -> Result<Value, StoreError> {
    let kept: T = conn.find_setting(record.name())?.unwrap_or_else(default);
    Ok(encode(&kept).unwrap_or_default())
}

fn load_settings(conn: &ReadConn<'_>) -> Result<Value, StoreError> {
    let mut settings = load::<Settings>(conn, Record::Settings, Settings::default)?;
    if let Value::Object(fields) = &mut settings {
        fields.retain(|name, _| !PERSONAL.contains(&name.as_str()));
    }
    Ok(settings)
}

fn check_settings(value: &Value) -> Result<Value, String> {
    let settings: Settings = decode(value)?;
    let mut settings = encode(&checked_settings(settings).map_err(|error| error.message)?)?;
    if let Value::Object(fields) = &mut settings {
        fields.retain(|name, _| !PERSONAL.contains(&name.as_str()));
    }
    Ok(settings)
}

fn store_settings(
    tx: &mut WriteTx<'_>,
    value: &Value,
    _: &Importing<'_>,
) -> Result<(), StoreError> {
    let name = Record::Settings.name();
    let kept: Settings = tx.find_setting(name)?.unwrap_or_default();
    let mut merged = encode(&kept).unwrap_or_default();
    if let (Value::Object(fields), Value::Object(changed)) = (&mut merged, value) {
        fields.extend(changed.clone());
    }
    tx.put_setting(name, &merged)
}

fn store_wrap_up(
    tx: &mut WriteTx<'_>,
    value: &Value,
    importing: &Importing<'_>,
) -> Result<(), StoreError> {
    // Checked before; what cannot be read any more changes nothing.
    let Ok(rules) = decode::<WrapUpRules>(value) else {
        return Ok(());
    };
    let before = tx.load_wrap_up_rules()?;
    let clock = importing.clock;
    let ids = &mut EdgeIds::new(clock);
    match plan_wrap_up_rules(
        &before,
        rules,
        Actor::Agent(importing.agent),
        clock.now(),
        ids,
    ) {
        Ok(plan) => tx.apply(&plan).map(drop),
        Err(_) => Ok(()),
    }
}

fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|error| format!("{error}."))
}

fn encode<T: Serialize>(value: &T) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| format!("{error}."))
}
