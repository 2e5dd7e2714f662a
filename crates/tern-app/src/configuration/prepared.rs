//! A replacement that has been looked at: what is in force, what would be, and what leads there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tern_domain::routing::{ConfigChange, DeskInUse, OtherAgents, RoutingConfig, WantedConfig};
use tern_domain::{Actor, AgentId};
use tern_engine::EdgeIds;
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::compare::compare;
use super::read::Flaw;
use super::sections::{Document, Importing, Kept, SECTIONS, Section};
use super::step::ConfigurationStep;
use crate::dto::{SectionCount, SectionDiff};
use crate::records::Record;

/// What is wrong, and the section that it is in.
pub(crate) type InSection = (&'static str, Flaw);

/// What would be in force, checked.
pub(crate) struct Prepared {
    before: Map<String, Value>,
    after: Map<String, Value>,
    aside_before: Map<String, Value>,
    aside_after: Map<String, Value>,
    routing: Vec<ConfigChange>,
}

impl Prepared {
    /// Looks at what putting these checked sections in force would change. Sections that are left out stay.
    pub(crate) fn make(
        conn: &ReadConn<'_>,
        wanted: &Map<String, Value>,
        aside: Map<String, Value>,
        (others, agent): (OtherAgents, AgentId),
    ) -> Result<Result<Self, InSection>, StoreError> {
        let config = conn.load_routing_config()?;
        let before = sections_of(conn, &config)?;
        let in_use = desk_in_use(conn, agent)?;
        let parts = match wanted_parts(wanted) {
            Ok(parts) => parts,
            Err(flaw) => return Ok(Err(flaw)),
        };
        let replaced = match config.replace(parts, others, &in_use) {
            Ok(replaced) => replaced,
            Err(refusal) => {
                let flaw = Flaw {
                    words: format!("{refusal}."),
                    entry: Some(refusal.id),
                };
                return Ok(Err((Section::of_part(refusal.part), flaw)));
            }
        };
        let mut after = sections_of(conn, &replaced.config)?;
        for section in SECTIONS {
            if let (Kept::Document(_), Some(value)) = (&section.kept, wanted.get(section.name)) {
                after.insert(section.name.to_owned(), value.clone());
            }
        }
        for section in SECTIONS {
            if let Kept::Document(Document { fit: Some(fit), .. }) = &section.kept {
                match fit(conn, &before, &after, agent)? {
                    Ok(value) => after.insert(section.name.to_owned(), value),
                    Err(flaw) => return Ok(Err((section.name, flaw))),
                };
            }
        }
        Ok(Ok(Self {
            before,
            after,
            aside_before: kept_aside(conn)?,
            aside_after: aside,
            routing: replaced.changes,
        }))
    }

    /// What changes, in words: sections of the file, and those that follow.
    pub(crate) fn diff(&self, is_given: impl Fn(&str) -> bool) -> Vec<SectionDiff> {
        let of =
            |sections: &Map<String, Value>, name| sections.get(name).cloned().unwrap_or_default();
        SECTIONS
            .iter()
            .map(|section| {
                let (before, after) = (
                    of(&self.before, section.name),
                    of(&self.after, section.name),
                );
                (section.name, compare(section.title, &before, &after))
            })
            .filter(|(name, diff)| is_given(name) || !diff.changes.is_empty())
            .map(|(_, diff)| diff)
            .collect()
    }

    /// What is changed, for the way back; `None` if nothing is.
    pub(crate) fn step(&self) -> Option<ConfigurationStep> {
        let only_changed = |of: &Map<String, Value>| -> Map<String, Value> {
            of.iter()
                .filter(|(name, _)| self.before.get(*name) != self.after.get(*name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        let step = ConfigurationStep {
            before: only_changed(&self.before),
            after: only_changed(&self.after),
            aside_before: self.aside_before.clone(),
            aside_after: self.aside_after.clone(),
        };
        (!step.after.is_empty() || step.aside_before != step.aside_after).then_some(step)
    }

    /// Puts it in force; what is the same already is not written.
    pub(crate) fn write(
        &self,
        tx: &mut WriteTx<'_>,
        importing: &Importing<'_>,
    ) -> Result<Applied, StoreError> {
        let clock = importing.clock;
        let config = tx.load_routing_config()?;
        let actor = Actor::Agent(importing.agent);
        let ids = &mut EdgeIds::new(clock);
        let plan = config.plan(self.routing.clone(), actor, clock.now(), ids);
        let mut applied = tx.apply(&plan)?;
        for change in &self.routing {
            // Whoever leaves leaves their PIN behind.
            if let ConfigChange::Agent { agent } = change
                && !agent.active
            {
                tx.put_agent_pin(agent.id, None)?;
            }
        }
        for section in SECTIONS {
            if let (Kept::Document(document), Some(value)) =
                (&section.kept, self.after.get(section.name))
                && self.before.get(section.name) != Some(value)
            {
                applied.merge((document.store)(tx, value, importing)?);
            }
        }
        if self.aside_before != self.aside_after {
            tx.put_setting(Record::UnknownSections.name(), &self.aside_after)?;
        }
        Ok(applied)
    }
}

/// A file's known sections in their kept form.
pub(crate) fn checked(sections: &Map<String, Value>) -> Result<Map<String, Value>, InSection> {
    let mut checked = Map::new();
    for section in SECTIONS {
        let Some(value) = sections.get(section.name) else {
            continue;
        };
        let kept = match &section.kept {
            Kept::Document(document) => (document.check)(value),
            Kept::Routing { want, .. } => {
                want(&mut WantedConfig::default(), value).map(|()| value.clone())
            }
        };
        checked.insert(
            section.name.to_owned(),
            kept.map_err(|flaw| (section.name, flaw))?,
        );
    }
    Ok(checked)
}

/// Every section in force.
pub(crate) fn in_force(conn: &ReadConn<'_>) -> Result<Map<String, Value>, StoreError> {
    sections_of(conn, &conn.load_routing_config()?)
}

/// Sections that only another version knows.
pub(crate) fn kept_aside(conn: &ReadConn<'_>) -> Result<Map<String, Value>, StoreError> {
    let mut kept: Map<String, Value> = conn
        .find_setting(Record::UnknownSections.name())?
        .unwrap_or_default();
    // After an update a section may be known.
    kept.retain(|name, _| is_unknown(name));
    Ok(kept)
}

/// Whether this version does not know a section.
pub(crate) fn is_unknown(name: &str) -> bool {
    SECTIONS.iter().all(|section| section.name != name)
}

/// How much each section holds.
pub(crate) fn section_counts(sections: &Map<String, Value>) -> Vec<SectionCount> {
    let of = |section: &Section| sections.get(section.name).and_then(Value::as_array);
    SECTIONS
        .iter()
        .map(|section| SectionCount {
            title: section.title.to_owned(),
            count: of(section).map(|list| u32::try_from(list.len()).unwrap_or(u32::MAX)),
        })
        .collect()
}

fn sections_of(
    conn: &ReadConn<'_>,
    config: &RoutingConfig,
) -> Result<Map<String, Value>, StoreError> {
    let mut sections = Map::new();
    for section in SECTIONS {
        let value = match &section.kept {
            Kept::Document(document) => (document.load)(conn)?,
            Kept::Routing { of, .. } => of(config),
        };
        sections.insert(section.name.to_owned(), value);
    }
    Ok(sections)
}

fn wanted_parts(wanted: &Map<String, Value>) -> Result<WantedConfig, InSection> {
    let mut parts = WantedConfig::default();
    for section in SECTIONS {
        if let (Kept::Routing { want, .. }, Some(value)) = (&section.kept, wanted.get(section.name))
        {
            want(&mut parts, value).map_err(|flaw| (section.name, flaw))?;
        }
    }
    Ok(parts)
}

fn desk_in_use(conn: &ReadConn<'_>, agent: AgentId) -> Result<DeskInUse, StoreError> {
    let (mut waiting, mut held) = (BTreeMap::new(), BTreeMap::new());
    for work in conn.list_open_work()? {
        if let Some(queue) = work.item.queue.filter(|_| !work.item.is_held()) {
            *waiting.entry(queue).or_default() += 1;
        }
        if let Some(assignee) = work.item.assignee {
            *held.entry(assignee).or_default() += 1;
        }
    }
    Ok(DeskInUse {
        agent,
        waiting,
        held,
        presence: conn.load_presence()?,
    })
}
