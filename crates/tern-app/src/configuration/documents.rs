//! The sections that stand by themselves: settings, replies, screening, messaging actions, wrap-up, views, cards.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tern_domain::app_lock::AppLockRules;
use tern_domain::backfill::PastPolicy;
use tern_domain::card::{CardLayout, check_layouts};
use tern_domain::lock_code::LockCodes;
use tern_domain::messaging_action::MessagingAction;
use tern_domain::replies::{CannedReply, check_replies, shipped_replies};
use tern_domain::retention::{RetentionPolicy, plan_changed};
use tern_domain::screening::ScreenRules;
use tern_domain::wrap_up::{WrapUpRules, plan_wrap_up_rules};
use tern_domain::{Actor, AgentId, AggregateRef};
use tern_engine::{EdgeIds, PAST_POLICY};
use tern_store::{Applied, ReadConn, SavedView, StoreError, WriteTx};

use super::read::{Flaw, entries, one};
use super::sections::{Document, Importing};
use crate::dto::{SavedViewDraft, Settings, ViewScope, ViewSort};
use crate::error::ApiError;
use crate::records::Record;
use crate::usecases::{check_actions, check_views, checked_settings, read_scope, read_sort};

pub(super) const SETTINGS: Document = Document {
    load: load_settings,
    check: check_settings,
    fit: None,
    store: store_settings,
};

pub(super) const REPLIES: Document = Document {
    load: |conn| load::<Vec<CannedReply>>(conn, Record::Replies, shipped_replies),
    check: |value| {
        let replies = check_replies(entries(value)?).map_err(|problem| problem.to_string())?;
        encode(&replies)
    },
    fit: None,
    store: |tx, value, _| put(tx, Record::Replies, value),
};

pub(super) const SCREENING: Document = Document {
    load: |conn| load::<ScreenRules>(conn, Record::Screening, ScreenRules::default),
    check: |value| {
        let rules: ScreenRules = one(value)?;
        rules.check().map_err(|problem| problem.to_string())?;
        encode(&rules)
    },
    fit: None,
    store: |tx, value, _| put(tx, Record::Screening, value),
};

pub(super) const APP_LOCK: Document = Document {
    load: |conn| load::<AppLockRules>(conn, Record::AppLock, AppLockRules::default),
    check: |value| {
        let rules: AppLockRules = one(value)?;
        AppLockRules::default()
            .check_change(&rules, true)
            .map_err(|problem| format!("{problem}."))?;
        encode(&rules)
    },
    fit: Some(fit_app_lock),
    store: |tx, value, _| put(tx, Record::AppLock, value),
};

/// Whoever begins to require the code at the lock has an authenticator app, whether by the switch or by a file.
fn fit_app_lock(
    conn: &ReadConn<'_>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    agent: AgentId,
) -> Result<Result<Value, Flaw>, StoreError> {
    let value = after.get("appLock").cloned().unwrap_or_default();
    let rules = |value: Option<&Value>| -> AppLockRules {
        value.and_then(|value| one(value).ok()).unwrap_or_default()
    };
    let codes: Option<LockCodes> = conn.find_setting(Record::LockCodes.name())?;
    let has_code = codes.is_some_and(|codes| codes.find(agent).is_some());
    let checked = rules(before.get("appLock")).check_own_code(&rules(Some(&value)), has_code);
    Ok(checked.map(|()| value).map_err(|problem| Flaw {
        words: format!("The lock asks for the code of an authenticator app there: {problem}."),
        entry: None,
    }))
}

/// Without the agreement: what a file would delete has to be looked at and agreed to at each desk.
pub(super) const RETENTION: Document = Document {
    load: |conn| Ok(encode(&conn.load_retention()?.policy).unwrap_or_default()),
    check: |value| encode(&one::<RetentionPolicy>(value)?),
    fit: None,
    store: |tx, value, importing| {
        let policy: RetentionPolicy = decode(value)?;
        let before = tx.load_retention()?;
        tx.put_retention(&before.changed(policy))?;
        let version = tx.aggregate_version(&AggregateRef::Retention)?;
        let (now, ids) = (importing.clock.now(), &mut EdgeIds::new(importing.clock));
        tx.apply(&plan_changed(policy, version, importing.agent, now, ids))
    },
};

pub(super) const PAST: Document = Document {
    load: |conn| {
        let policy: PastPolicy = conn.find_setting(PAST_POLICY)?.unwrap_or_default();
        Ok(encode(&policy).unwrap_or_default())
    },
    check: |value| {
        let policy: PastPolicy = one(value)?;
        policy.check().map_err(|problem| format!("{problem}."))?;
        encode(&policy)
    },
    fit: None,
    store: |tx, value, _| {
        tx.put_setting(PAST_POLICY, &decode::<PastPolicy>(value)?)?;
        Ok(Applied::default())
    },
};

pub(super) const MESSAGING_ACTIONS: Document = Document {
    load: |conn| Ok(encode(&conn.list_messaging_actions()?).unwrap_or_default()),
    check: |value| {
        let mut actions: Vec<MessagingAction> = entries(value)?;
        for action in &mut actions {
            action.name = action.name.trim().to_owned();
        }
        check_actions(&actions).map_err(in_words)?;
        encode(&actions)
    },
    fit: None,
    store: |tx, value, _| {
        tx.replace_messaging_actions(&decode::<Vec<MessagingAction>>(value)?)?;
        Ok(Applied::default())
    },
};

pub(super) const WRAP_UP: Document = Document {
    load: |conn| Ok(encode(&conn.load_wrap_up_rules()?).unwrap_or_default()),
    check: |value| {
        for (field, what) in [("configurations", "configuration"), ("codes", "code")] {
            if let Some(list) = value.get(field) {
                ids_of_their_own(list, what)?;
            }
        }
        let rules: WrapUpRules = one(value)?;
        match rules.problems().first() {
            Some(problem) => Err(Flaw {
                entry: problem
                    .configuration()
                    .map(|id| id.to_string())
                    .or_else(|| problem.code().map(|id| id.to_string())),
                words: format!("{problem}."),
            }),
            None => encode(&rules),
        }
    },
    fit: None,
    store: store_wrap_up,
};

pub(super) const SAVED_VIEWS: Document = Document {
    load: |conn| {
        let views: Vec<_> = conn.list_saved_views()?.iter().map(ViewEntry::of).collect();
        Ok(encode(&views).unwrap_or_default())
    },
    check: |value| {
        let views: Vec<ViewEntry> = entries(value)?;
        let views = views.into_iter().map(ViewEntry::draft).collect();
        let views = check_views(views).map_err(in_words)?;
        encode(&views.iter().map(ViewEntry::of).collect::<Vec<_>>())
    },
    fit: None,
    store: |tx, value, _| {
        let views: Vec<ViewEntry> = decode(value)?;
        let views = views.into_iter().map(ViewEntry::draft).collect();
        let views = check_views(views).map_err(|_| unreadable())?;
        tx.replace_saved_views(&views)?;
        Ok(Applied::default())
    },
};

pub(super) const INBOX_CARDS: Document = Document {
    load: |conn| load::<Vec<CardLayout>>(conn, Record::CardLayouts, Vec::new),
    check: |value| {
        let layouts = check_layouts(entries(value)?).map_err(|problem| problem.to_string())?;
        encode(&layouts)
    },
    fit: None,
    store: |tx, value, _| put(tx, Record::CardLayouts, value),
};

/// A saved view as it stands in a file.
#[derive(Serialize, Deserialize)]
struct ViewEntry {
    id: String,
    name: String,
    condition: String,
    sort: ViewSort,
    scope: ViewScope,
}

impl ViewEntry {
    fn of(view: &SavedView) -> Self {
        Self {
            id: view.id.0.to_string(),
            name: view.name.clone(),
            condition: view.condition.clone(),
            sort: read_sort(&view.sort),
            scope: read_scope(&view.scope),
        }
    }

    fn draft(self) -> SavedViewDraft {
        SavedViewDraft {
            id: self.id,
            name: self.name,
            condition: self.condition,
            sort: self.sort,
            scope: self.scope,
        }
    }
}

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

fn put(tx: &mut WriteTx<'_>, record: Record, value: &Value) -> Result<Applied, StoreError> {
    tx.put_setting(record.name(), value)?;
    Ok(Applied::default())
}

fn of_the_team(settings: &mut Value) {
    if let Value::Object(fields) = settings {
        fields.retain(|name, _| !PERSONAL.contains(&name.as_str()));
    }
}

fn load_settings(conn: &ReadConn<'_>) -> Result<Value, StoreError> {
    let mut settings = load::<Settings>(conn, Record::Settings, Settings::default)?;
    of_the_team(&mut settings);
    Ok(settings)
}

fn check_settings(value: &Value) -> Result<Value, Flaw> {
    let mut value = value.clone();
    of_the_team(&mut value);
    let settings: Settings = one(&value)?;
    let mut settings = encode(&checked_settings(settings).map_err(in_words)?)?;
    of_the_team(&mut settings);
    Ok(settings)
}

fn store_settings(
    tx: &mut WriteTx<'_>,
    value: &Value,
    _: &Importing<'_>,
) -> Result<Applied, StoreError> {
    let kept: Settings = tx
        .find_setting(Record::Settings.name())?
        .unwrap_or_default();
    let mut merged = json!(kept);
    if let (Value::Object(fields), Value::Object(changed)) = (&mut merged, value) {
        fields.extend(changed.clone());
    }
    put(tx, Record::Settings, &merged)
}

fn store_wrap_up(
    tx: &mut WriteTx<'_>,
    value: &Value,
    importing: &Importing<'_>,
) -> Result<Applied, StoreError> {
    let before = tx.load_wrap_up_rules()?;
    let (actor, clock) = (Actor::Agent(importing.agent), importing.clock);
    let ids = &mut EdgeIds::new(clock);
    let plan = plan_wrap_up_rules(&before, decode(value)?, actor, clock.now(), ids);
    tx.apply(&plan.map_err(|_| unreadable())?)
}

/// Two of one id would be told apart by nothing.
fn ids_of_their_own(list: &Value, what: &str) -> Result<(), Flaw> {
    let mut ids = std::collections::BTreeSet::new();
    for id in list.as_array().into_iter().flatten() {
        let id = id.get("id").and_then(Value::as_str).unwrap_or_default();
        if !ids.insert(id) {
            return Err(Flaw {
                entry: Some(id.to_owned()),
                words: format!("each {what} needs an id of its own."),
            });
        }
    }
    Ok(())
}

/// The public error of a screen, for a file.
fn in_words(error: ApiError) -> Flaw {
    Flaw::from(
        format!("{} {}", error.message, error.remedy)
            .trim()
            .to_owned(),
    )
}

/// What was checked before, read again where it is written.
pub(super) fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, StoreError> {
    serde_json::from_value(value.clone()).map_err(|_| unreadable())
}

/// What was checked cannot be read: nothing of the transaction is kept.
const fn unreadable() -> StoreError {
    StoreError::NotFound {
        what: "configuration",
    }
}

pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Value, Flaw> {
    serde_json::to_value(value).map_err(|error| Flaw::from(format!("{error}.")))
}
