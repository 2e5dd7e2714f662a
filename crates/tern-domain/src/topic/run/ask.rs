//! Putting a question: whether it is put at all, and how it reads (V-14, V-16 … V-18).

use super::Machine;
use super::lists;
use super::walk::Step;
use crate::condition::NoResult;
use crate::topic::io::BotEffect;
use crate::topic::node::{AskChoice, AskRecords, InputProperties, Node, NodeId, NodeKind};
use crate::topic::record::{MOST_ROWS, RecordQuery, StoredRow};
use crate::topic::session::{AskedOption, Asking, Phase};
use crate::topic::value::BotValue;

const SKIP_HINT: &str = "Reply SKIP to pass over this.";
const SEVERAL_HINT: &str = "You can pick several, such as 1,3.";

impl Machine<'_> {
    /// A question is reached: passed over, kept, confirmed by its default, or put.
    pub(super) fn reach_question(&mut self, node: &Node) -> Step {
        let Some(input) = node.kind.input() else {
            return Step::Go(node.next.clone());
        };
        if input.show_if.as_ref().is_some_and(|it| !self.holds(it)) {
            return Step::Go(node.next.clone());
        }
        let has_value = self
            .session
            .frames
            .last()
            .and_then(|frame| frame.variables.get(&input.variable))
            .is_some_and(|value| !value.is_empty());
        if has_value && input.keep_if.as_ref().is_some_and(|it| self.holds(it)) {
            return Step::Go(node.next.clone());
        }
        if let (Some(default), Some(confirmation)) = (&input.default, &input.default_confirmation)
            && self.evaluate(default).is_ok_and(|value| !value.is_empty())
        {
            return match self.render(confirmation) {
                Ok(prompt) => {
                    let asking = Asking {
                        confirming_default: true,
                        prompt: prompt.into(),
                        ..Asking::default()
                    };
                    self.put(asking, None);
                    Step::Stop
                }
                Err(what) => Step::Fail(what),
            };
        }
        self.put_question(node)
    }

    /// The node's own question.
    pub(super) fn put_question(&mut self, node: &Node) -> Step {
        let Some(input) = node.kind.input() else {
            return Step::Go(node.next.clone());
        };
        let options = match &node.kind {
            NodeKind::AskRecords(ask) if ask.own.is_some() && !self.session.verified => {
                // Whose rows they would be is not known for sure.
                return self.no_rows(ask, node.next.clone());
            }
            NodeKind::AskRecords(ask) => return self.ask_for_rows(ask),
            NodeKind::AskChoice(ask) => match self.choices_of(ask) {
                Ok(options) if options.is_empty() && ask.from.is_some() => {
                    return self.nothing_to_pick(ask, node.next.clone());
                }
                Ok(options) => options,
                Err(step) => return step,
            },
            _ => Vec::new(),
        };
        self.put_with(input, options)
    }

    /// V-2, V-3: what the expression brings, then what the author wrote.
    fn choices_of(&self, ask: &AskChoice) -> Result<Vec<AskedOption>, Step> {
        let mut options = match &ask.from {
            None => Vec::new(),
            Some(from) => match self.evaluate(from) {
                Ok(BotValue::List(values)) => brought(values, ask.label.as_deref()),
                Ok(BotValue::Nothing) => Vec::new(),
                Ok(_) => return Err(Step::Fail(format!("“{from}” is no list."))),
                Err(NoResult) => return Err(super::act::no_result(from)),
            },
        };
        for choice in &ask.choices {
            options.push(AskedOption {
                label: self.render(&choice.label).map_err(Step::Fail)?.into(),
                value: choice.value.as_str().into(),
                next: choice.next.clone(),
            });
        }
        Ok(options)
    }

    fn nothing_to_pick(&mut self, ask: &AskChoice, next: Option<NodeId>) -> Step {
        self.store(&ask.input.variable, BotValue::Nothing);
        match ask.empty.as_ref().map(|empty| self.render(empty)) {
            Some(Ok(text)) => self.reply(&text),
            Some(Err(what)) => return Step::Fail(what),
            None => {}
        }
        Step::Go(next)
    }

    fn put_with(&mut self, input: &InputProperties, options: Vec<AskedOption>) -> Step {
        let prompt = self.choose(&input.prompt);
        match self.render(&prompt) {
            Ok(prompt) => {
                let asking = Asking {
                    prompt: prompt.into(),
                    shown: options.len().min(lists::PAGE),
                    options,
                    can_skip: input.skip_if.as_ref().is_some_and(|it| self.holds(it)),
                    ..Asking::default()
                };
                self.put(asking, None);
                Step::Stop
            }
            Err(what) => Step::Fail(what),
        }
    }

    /// V-3: the rows come from outside.
    fn ask_for_rows(&mut self, ask: &AskRecords) -> Step {
        let mut matching = match self.matching(&ask.matching) {
            Ok(matching) => matching,
            Err(step) => return step,
        };
        if let Some(own) = &ask.own {
            // Who it is was proved by having this number for a mobile phone (L-5).
            let number = self.session.known.get("customer_number").cloned();
            matching.push((own.clone(), number.unwrap_or_default()));
        }
        let query = RecordQuery {
            table: ask.table.clone(),
            matching,
            limit: MOST_ROWS,
        };
        self.wait_for(|ticket| BotEffect::LookUp { ticket, query })
    }

    /// V-3: there is none to pick.
    fn no_rows(&mut self, ask: &AskRecords, next: Option<NodeId>) -> Step {
        self.store(&ask.input.variable, BotValue::Nothing);
        match self.render(&ask.no_records) {
            Ok(text) => {
                self.reply(&text);
                Step::Go(ask.no_records_next.clone().or(next))
            }
            Err(what) => Step::Fail(what),
        }
    }

    /// V-3: the rows are there.
    pub(super) fn offer_rows(&mut self, node: &Node, ask: &AskRecords, rows: Vec<StoredRow>) {
        let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
        let options: Vec<_> = rows
            .into_iter()
            .take(most)
            .map(|row| AskedOption {
                label: row
                    .values
                    .get(&ask.label)
                    .map(BotValue::to_text)
                    .unwrap_or_default()
                    .into(),
                value: super::act::as_variable(row),
                next: None,
            })
            .collect();
        if options.is_empty() {
            return match self.no_rows(ask, node.next.clone()) {
                Step::Go(way) => self.go_on(way),
                Step::Fail(what) => self.fail(&what),
                Step::Stop | Step::Run => {}
            };
        }
        if let Step::Fail(what) = self.put_with(&ask.input, options) {
            self.fail(&what);
        }
    }

    /// Puts a question, with something said before it in the same text.
    pub(super) fn put(&mut self, asking: Asking, before: Option<&str>) {
        let mut lines: Vec<String> = before.map(ToOwned::to_owned).into_iter().collect();
        lines.push(asking.prompt.as_str().to_owned());
        if !asking.options.is_empty() {
            // The page that was shown last.
            let from = asking.shown.saturating_sub(1) / lists::PAGE * lists::PAGE;
            lines.push(lists::page(&asking.options, from, asking.shown));
            if self.takes_several() {
                lines.push(SEVERAL_HINT.to_owned());
            }
        }
        if asking.can_skip {
            lines.push(SKIP_HINT.to_owned());
        }
        self.reply(&lines.join("\n"));
        // Put again, it waits for another answer.
        self.session.phase = Phase::Asking(Asking {
            unseen: None,
            ..asking
        });
    }

    /// Puts a parked question again.
    pub(super) fn put_again(&mut self, asking: Asking, before: Option<&str>) {
        self.put(asking, before);
    }

    /// V-16: the next page.
    pub(super) fn turn_page(&mut self, mut asking: Asking) {
        let from = asking.shown;
        asking.shown = (from + lists::PAGE).min(asking.options.len());
        asking.invalid = 0;
        self.reply(&lists::page(&asking.options, from, asking.shown));
        self.session.phase = Phase::Asking(asking);
    }

    fn takes_several(&self) -> bool {
        self.node()
            .is_some_and(|node| matches!(&node.kind, NodeKind::AskRecords(ask) if ask.multiple))
    }
}

/// A list as options: what has nothing to read is left out.
fn brought(values: Vec<BotValue>, field: Option<&str>) -> Vec<AskedOption> {
    let label_of = |value: &BotValue| match (value, field) {
        (BotValue::Row(row), Some(field)) => row.get(field).map(BotValue::to_text),
        (BotValue::Row(row), None) => row.values().next().map(BotValue::to_text),
        (value, _) => Some(value.to_text()),
    };
    values
        .into_iter()
        .filter_map(|value| {
            let label = label_of(&value).filter(|label| !label.trim().is_empty())?;
            Some(AskedOption {
                label: label.into(),
                value,
                next: None,
            })
        })
        .take(usize::try_from(MOST_ROWS).unwrap_or(usize::MAX))
        .collect()
}
