//! Nodes that act unseen (V-21), and what becomes of them.

use super::Machine;
use super::walk::Step;
use crate::condition::NoResult;
use crate::time::Millis;
use crate::topic::expression;
use crate::topic::io::{BotEffect, HttpRequest};
use crate::topic::node::{
    Block, LookUp, Match, Named, NodeId, NodeKind, Pause, Request, SaveRecord, SetVariables,
};
use crate::topic::record::{RecordQuery, RecordWrite, StoredRow};
use crate::topic::session::{FrameCause, Phase};
use crate::topic::text::{percent_encoded, request_host};
use crate::topic::value::BotValue;

/// V-21: longest pause, in seconds.
const LONGEST_PAUSE: u32 = 60;
/// The key under which a looked-up row remembers the caller's name of it.
const ROW_ID: &str = "_id";

impl Machine<'_> {
    /// A variable of the running topic, or something known about the conversation.
    pub(super) fn value_of(&self, name: &str) -> Option<&BotValue> {
        self.session
            .frames
            .last()
            .and_then(|frame| frame.variables.get(name))
            .or_else(|| self.session.known.get(name))
    }

    pub(super) fn evaluate(&self, text: &str) -> Result<BotValue, NoResult> {
        let frame = self.session.frames.last().ok_or(NoResult)?;
        let expression = self
            .compiled(frame)
            .and_then(|topic| topic.expression(text))
            .ok_or(NoResult)?;
        expression::evaluate(expression, |name| self.value_of(name))
    }

    /// A condition without a result does not hold.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.evaluate(text) == Ok(BotValue::Flag(true))
    }

    pub(super) fn store(&mut self, name: &str, value: BotValue) {
        if let Some(frame) = self.session.frames.last_mut() {
            frame.variables.insert(name.to_owned(), value);
        }
    }

    pub(super) fn set(&mut self, set: &SetVariables, next: Option<NodeId>) -> Step {
        for variable in &set.variables {
            match self.evaluate(&variable.value) {
                Ok(value) => self.store(&variable.name, value),
                Err(NoResult) => return no_result(&variable.value),
            }
        }
        Step::Go(next)
    }

    pub(super) fn matching(&self, matches: &[Match]) -> Result<Vec<(String, BotValue)>, Step> {
        matches
            .iter()
            .map(|it| match self.evaluate(&it.equals) {
                Ok(value) => Ok((it.column.clone(), value)),
                Err(NoResult) => Err(no_result(&it.equals)),
            })
            .collect()
    }

    pub(super) fn wait_for(&mut self, effect: impl FnOnce(u32) -> BotEffect) -> Step {
        let ticket = self.next_ticket();
        self.effects.push(effect(ticket));
        self.session.phase = Phase::Waiting { ticket };
        Step::Stop
    }

    pub(super) fn look_up(&mut self, look: &LookUp) -> Step {
        let matching = match self.matching(&look.matching) {
            Ok(matching) => matching,
            Err(step) => return step,
        };
        let query = RecordQuery {
            table: look.table.clone(),
            matching,
            limit: 1,
        };
        self.wait_for(|ticket| BotEffect::LookUp { ticket, query })
    }

    pub(super) fn save(&mut self, save: &SaveRecord) -> Step {
        let mut values = crate::topic::Row::new();
        for column in &save.values {
            match self.evaluate(&column.value) {
                Ok(value) => values.insert(column.name.clone(), as_cell(value)),
                Err(NoResult) => return no_result(&column.value),
            };
        }
        let row = match save.row.as_ref().map(|name| self.value_of(name)) {
            None => None,
            Some(Some(BotValue::Row(row))) => row.get(ROW_ID).map(BotValue::to_text),
            Some(_) => return Step::Fail("There is no row to change.".to_owned()),
        };
        let topic = self.session.frames.last().map(|frame| frame.topic.clone());
        let write = RecordWrite {
            table: save.table.clone(),
            row,
            values,
            topic: topic.unwrap_or_default(),
        };
        self.wait_for(|ticket| BotEffect::Save { ticket, write })
    }

    pub(super) fn request(&mut self, request: &Request) -> Step {
        let url = match self.render_with(&request.url, percent_encoded) {
            Ok(url) => url,
            Err(what) => return Step::Fail(what),
        };
        let Some(host) = request_host(&url).filter(|it| self.topics.settings().allows_host(it))
        else {
            return Step::Fail("The address is not one of the allowed hosts.".to_owned());
        };
        let body = match self.body_of(&request.body) {
            Ok(body) => body,
            Err(step) => return step,
        };
        let request = HttpRequest {
            method: request.method,
            url,
            host,
            secret: request.secret.clone(),
            body,
        };
        self.wait_for(|ticket| BotEffect::Request { ticket, request })
    }

    fn body_of(&self, fields: &[Named]) -> Result<Option<crate::topic::Row>, Step> {
        if fields.is_empty() {
            return Ok(None);
        }
        let mut body = crate::topic::Row::new();
        for field in fields {
            match self.evaluate(&field.value) {
                Ok(value) => body.insert(field.name.clone(), value),
                Err(NoResult) => return Err(no_result(&field.value)),
            };
        }
        Ok(Some(body))
    }

    pub(super) fn call(&mut self, block: &Block) -> Step {
        let mut inputs = Self::no_variables();
        for input in &block.inputs {
            match self.evaluate(&input.value) {
                Ok(value) => inputs.insert(input.name.clone(), value),
                Err(NoResult) => return no_result(&input.value),
            };
        }
        if self.push_topic(&block.topic, None, inputs, FrameCause::Called) {
            Step::Run
        } else {
            Step::Fail(format!("There is no published block “{}”.", block.topic))
        }
    }

    pub(super) fn pause(&mut self, pause: &Pause) -> Step {
        let seconds = pause.seconds.clamp(1, LONGEST_PAUSE);
        let until = self.now + Millis::seconds(i64::from(seconds));
        self.wait_for(|ticket| BotEffect::Wait { ticket, until })
    }

    /// The node that the running topic waits at.
    pub(super) fn node(&self) -> Option<crate::topic::Node> {
        let frame = self.session.frames.last()?;
        self.compiled(frame)?.node(&frame.node).cloned()
    }

    pub(super) fn on_rows(&mut self, rows: Option<Vec<StoredRow>>) {
        self.idle();
        let Some(node) = self.node() else {
            return self.fail("The node that waited for rows is gone.");
        };
        let Some(rows) = rows else {
            return self.fail("The records could not be read.");
        };
        match &node.kind {
            NodeKind::AskRecords(ask) => self.offer_rows(&node, ask, rows),
            NodeKind::LookUp(look) => match rows.into_iter().next() {
                Some(row) => {
                    self.session.record = Some((look.table.clone(), row.id.clone()));
                    self.store(&look.variable, as_variable(row));
                    self.go_on(node.next);
                }
                None => {
                    self.store(&look.variable, BotValue::Nothing);
                    self.go_or_fail(look.not_found.clone(), "The look-up found no row.");
                }
            },
            _ => self.fail("The node did not wait for rows."),
        }
    }

    pub(super) fn on_saved(&mut self, row: Option<StoredRow>) {
        self.idle();
        let Some(node) = self.node() else {
            return self.fail("The node that waited for a row is gone.");
        };
        let NodeKind::SaveRecord(save) = &node.kind else {
            return self.fail("The node did not wait for a row.");
        };
        match row {
            Some(row) => {
                self.session.record = Some((save.table.clone(), row.id.clone()));
                if let Some(variable) = &save.variable {
                    self.store(variable, as_variable(row));
                }
                self.go_on(node.next.clone());
            }
            None => self.go_or_fail(save.failed.clone(), "The row could not be stored."),
        }
    }

    pub(super) fn on_answer(&mut self, body: Option<&serde_json::Value>) {
        self.idle();
        let Some(node) = self.node() else {
            return self.fail("The node that waited for an answer is gone.");
        };
        let NodeKind::Request(request) = &node.kind else {
            return self.fail("The node did not wait for an answer.");
        };
        let Some(body) = body else {
            return self.go_or_fail(
                request.failed.clone(),
                "The other system gave no good answer.",
            );
        };
        for field in &request.response {
            let value = body.pointer(&field.path).cloned().unwrap_or_default();
            self.store(
                &field.variable,
                serde_json::from_value(value).unwrap_or_default(),
            );
        }
        self.go_on(node.next);
    }

    pub(super) fn on_pause_over(&mut self) {
        if self.session.inspecting().is_some() {
            return self.on_inspected(None);
        }
        self.idle();
        let next = self.node().and_then(|node| node.next);
        self.go_on(next);
    }

    fn go_or_fail(&mut self, way: Option<NodeId>, what: &str) {
        match way {
            Some(way) => self.go_on(Some(way)),
            None => self.fail(what),
        }
    }

    /// Goes on with a node, or completes the topic.
    pub(super) fn go_on(&mut self, next: Option<NodeId>) {
        match next {
            Some(next) => {
                self.go_to(next);
                self.walk();
            }
            None => {
                if self.complete() {
                    self.walk();
                }
            }
        }
    }
}

pub(super) fn as_variable(row: StoredRow) -> BotValue {
    let mut values = row.values;
    values.insert(ROW_ID.to_owned(), row.id.into());
    BotValue::Row(values)
}

/// What a column can hold: of a picture its address.
fn as_cell(value: BotValue) -> BotValue {
    match value {
        BotValue::Row(row) => row.get("address").cloned().unwrap_or_default(),
        BotValue::List(_) => value.to_text().into(),
        other => other,
    }
}

pub(super) fn no_result(expression: &str) -> Step {
    Step::Fail(format!("“{expression}” has no result."))
}
