//! Wrap-ups, enforced and not: what agents do in them, what ends them, and what is configured about them.

use std::collections::{BTreeMap, BTreeSet};

use tern_domain::wrap_up::{
    WrapUpAct, WrapUpCode, WrapUpConfiguration, WrapUpRules, WrapUpSegmentState, plan_wrap_up,
    plan_wrap_up_rules,
};
use tern_domain::{Actor, InteractionState, Millis, WrapUpCodeId, WrapUpConfigurationId};
use uuid::Uuid;

use super::acts::context;
use super::day::Day;
use super::file::File;
use super::setting::{agent, key};
use super::steps::{Terms, Wrap};
use crate::clock::Clock as _;
use crate::ids::EdgeIds;

fn code(number: usize) -> WrapUpCodeId {
    WrapUpCodeId::new(Uuid::from_u128(0xE0 + (number % 2) as u128))
}

fn rules(terms: Terms) -> WrapUpRules {
    let configuration = WrapUpConfigurationId::new(Uuid::from_u128(0xE8));
    let configuration = WrapUpConfiguration {
        enforced: terms == Terms::Enforced,
        duration: Millis::minutes(2),
        default_code: Some(code(1)),
        ..WrapUpConfiguration::new(configuration, "Every conversation")
    };
    let codes = [0, 1].map(|number| WrapUpCode {
        id: code(number),
        name: format!("Code {number}"),
        active: true,
        description: String::new(),
    });
    WrapUpRules {
        configurations: if terms == Terms::Nothing {
            Vec::new()
        } else {
            vec![configuration]
        },
        codes: codes.into(),
        ..WrapUpRules::default()
    }
}

impl Day {
    /// Replaces what is configured, and perhaps takes that back at once.
    pub(super) fn configure_wrap_up(&self, terms: Terms, undone: bool) {
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let before = tx.load_wrap_up_rules()?;
                let mut wanted = vec![rules(terms)];
                wanted.extend(undone.then(|| before.clone()));
                for rules in wanted {
                    let known = tx.load_wrap_up_rules()?;
                    let (actor, ids) = (Actor::Agent(agent(0)), &mut EdgeIds::new(&*clock));
                    let plan = plan_wrap_up_rules(&known, rules, actor, clock.now(), ids);
                    let _applied = tx.apply(&plan.unwrap())?;
                }
                let after = tx.load_wrap_up_rules()?;
                let version = before.version;
                if undone {
                    assert_eq!(
                        WrapUpRules { version, ..after },
                        before,
                        "undo of the rules"
                    );
                }
                Ok(())
            })
            .unwrap();
    }

    /// An agent does something in the oldest wrap-up of a conversation.
    pub(super) fn wrap(&self, who: usize, on: usize, wrap: Wrap) {
        let row = self.file.conversations.iter().find(|row| row.is(&key(on)));
        let Some(row) = row.map(|row| row.id) else {
            return;
        };
        let running = self
            .file
            .interactions
            .iter()
            .find(|(of, _, known)| *of == row && known.state == InteractionState::WrapUp);
        let Some(id) = running.map(|(_, _, known)| known.id) else {
            return;
        };
        let act = match wrap {
            Wrap::Choose(number) => WrapUpAct::Choose(number.map(code)),
            Wrap::End => WrapUpAct::End,
            Wrap::Leave => WrapUpAct::Leave,
        };
        let clock = self.clock.clone();
        self.core
            .store
            .write_blocking(move |tx| {
                let work = tx.find_wrap_up_work(id)?.unwrap();
                let (ctx, ids) = (context(who, clock.now()), &mut EdgeIds::new(&*clock));
                match plan_wrap_up(&work, act, &ctx, ids) {
                    Ok(plan) => tx.apply(&plan).map(drop),
                    Err(_somebody_elses) => Ok(()),
                }
            })
            .unwrap();
    }
}

/// W-1, W-6, W-8, W-9: what is wrapped up belongs to one agent, has a part for everybody who had it, and the
/// rows say what the interaction says.
pub(super) fn belong_to_their_interactions(file: &File) {
    let mut rows = BTreeMap::new();
    for row in &file.segments {
        rows.insert(row.id, row);
    }
    for (_, _, interaction) in &file.interactions {
        let is_running = interaction.state == InteractionState::WrapUp;
        let Some(wrap_up) = interaction.wrap_up.as_deref() else {
            assert!(
                !is_running,
                "W-1: wrapped up without terms: {interaction:?}"
            );
            continue;
        };
        assert_eq!(is_running, wrap_up.end.is_none(), "{interaction:?}");
        let held: Vec<_> = file
            .work
            .iter()
            .filter(|(is_open, item)| *is_open && item.interaction == interaction.id)
            .collect();
        assert_eq!(held.len(), usize::from(is_running), "W-6: {interaction:?}");
        let mut agents: BTreeSet<_> = interaction.had_by.iter().copied().collect();
        agents.extend(interaction.assigned_to);
        let parts: BTreeSet<_> = wrap_up.segments.iter().map(|part| part.agent).collect();
        assert_eq!(parts, agents, "W-9: {interaction:?}");
        for part in &wrap_up.segments {
            let row = rows.remove(&part.id).unwrap();
            let stored = (row.interaction, row.agent, row.code);
            assert_eq!(stored, (interaction.id, part.agent, part.code));
            assert_eq!(row.state, part.state.as_str());
            let is_final = part.state == WrapUpSegmentState::Submitted;
            assert_eq!(is_final, !is_running, "W-8: {part:?}");
        }
    }
    assert!(rows.is_empty(), "W-8: parts of nothing: {rows:?}");
}
