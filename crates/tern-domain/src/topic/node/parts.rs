//! What a node leads to, reads and sets: for lint and for the designer.

use super::{ExpressionText, Node, NodeId, NodeKind, TemplateText};
use crate::topic::expression::Shape;
use crate::topic::{TopicName, VariableName};

impl Node {
    /// The nodes it can go to. `None` is the end of the topic.
    #[must_use]
    pub fn ways(&self) -> Vec<Option<&NodeId>> {
        let next = || self.next.as_ref();

        match &self.kind {
            NodeKind::End(_) => vec![None],
            NodeKind::Decide(decide) => decide.branches.iter().map(|it| it.next.as_ref()).collect(),
            NodeKind::AskChoice(ask) => {
                let mut ways: Vec<_> = ask
                    .choices
                    .iter()
                    .map(|choice| choice.next.as_ref().or(self.next.as_ref()))
                    .collect();
                let is_passed = ask.input.skip_if.is_some() || ask.input.show_if.is_some();
                if is_passed || ask.from.is_some() {
                    ways.push(next());
                }
                ways
            }
            NodeKind::AskRecords(ask) => {
                let mut ways = vec![next()];
                if ask.no_records_next.is_some() {
                    ways.push(ask.no_records_next.as_ref());
                }
                ways
            }
            NodeKind::LookUp(look) => with(next(), look.not_found.as_ref()),
            NodeKind::SaveRecord(save) => with(next(), save.failed.as_ref()),
            NodeKind::Request(request) => with(next(), request.failed.as_ref()),
            NodeKind::Verify(verify) => {
                // Without a way of its own the topic ends there, which is a way too.
                vec![next(), verify.failed.as_ref(), verify.locked.as_ref()]
            }
            NodeKind::Jump(jump) if !jump.resume => vec![None],
            _ => vec![next()],
        }
    }

    /// The expressions in it, and whether each has to be yes or no.
    #[must_use]
    pub fn expressions(&self) -> Vec<(&ExpressionText, bool)> {
        let mut found = Vec::new();
        if let Some(input) = self.kind.input() {
            found.extend(input.default.as_ref().map(|it| (it, false)));
            for condition in [&input.show_if, &input.skip_if, &input.keep_if] {
                found.extend(condition.as_ref().map(|it| (it, true)));
            }
        }
        match &self.kind {
            NodeKind::AskChoice(ask) => found.extend(ask.from.as_ref().map(|it| (it, false))),
            NodeKind::AskRecords(ask) => {
                found.extend(ask.matching.iter().map(|it| (&it.equals, false)));
            }
            NodeKind::Decide(decide) => {
                found.extend(decide.branches.iter().map(|it| (&it.when, true)));
            }
            NodeKind::Set(set) => found.extend(set.variables.iter().map(|it| (&it.value, false))),
            NodeKind::LookUp(look) => {
                found.extend(look.matching.iter().map(|it| (&it.equals, false)));
            }
            NodeKind::SaveRecord(save) => {
                found.extend(save.values.iter().map(|it| (&it.value, false)));
            }
            NodeKind::Request(request) => {
                found.extend(request.body.iter().map(|it| (&it.value, false)));
            }
            NodeKind::Block(block) => {
                found.extend(block.inputs.iter().map(|it| (&it.value, false)));
            }
            _ => {}
        }
        found
    }

    /// The texts in it that the requester may read, and the other templates.
    #[must_use]
    pub fn templates(&self) -> Vec<&TemplateText> {
        let mut found: Vec<&TemplateText> = Vec::new();
        if let Some(input) = self.kind.input() {
            found.extend(input.prompt.all());
            found.extend(input.retry.as_ref());
            found.extend(input.default_confirmation.as_ref());
            found.extend(input.completion.iter().flat_map(|it| it.all()));
        }
        match &self.kind {
            NodeKind::AskChoice(ask) => {
                found.extend(ask.choices.iter().map(|it| &it.label));
                found.extend(ask.empty.as_ref());
            }
            NodeKind::AskRecords(ask) => found.push(&ask.no_records),
            NodeKind::SayText(say) => found.extend(say.text.all()),
            NodeKind::SayImage(image) => {
                found.extend([&image.picture, &image.alt_text]);
                found.extend(image.text.as_ref());
            }
            NodeKind::SayLink(say) => {
                found.push(&say.header);
                for link in &say.links {
                    found.extend(link.description.as_ref());
                    found.push(&link.url);
                }
            }
            NodeKind::ShowCard(card) => {
                found.push(&card.title);
                found.extend(card.url.as_ref());
                found.extend(card.picture.as_ref());
            }
            NodeKind::Request(request) => found.push(&request.url),
            NodeKind::Verify(verify) => {
                let texts = [
                    &verify.pin_prompt,
                    &verify.code_prompt,
                    &verify.texted_code_prompt,
                    &verify.failed_text,
                    &verify.locked_text,
                ];
                found.extend(texts.into_iter().flatten());
            }
            NodeKind::Transfer(transfer) => {
                found.extend(transfer.short_description.as_ref());
                found.extend(transfer.context.iter().map(|it| &it.text));
            }
            _ => {}
        }
        found
    }

    /// The other topic that it calls or jumps to.
    #[must_use]
    pub const fn other_topic(&self) -> Option<&TopicName> {
        match &self.kind {
            NodeKind::Block(block) => Some(&block.topic),
            NodeKind::Jump(jump) => Some(&jump.topic),
            _ => None,
        }
    }

    /// The variables it sets.
    pub(in crate::topic) fn sets(&self) -> Vec<(&VariableName, Shape)> {
        if let Some(input) = self.kind.input() {
            let shape = match &self.kind {
                _ if input.secure => Shape::Any,
                NodeKind::AskRecords(ask) if !ask.multiple => Shape::Row(ask.table.clone()),
                NodeKind::AskRecords(_) => Shape::Any,
                NodeKind::AskChoice(ask) if ask.from.is_some() => Shape::Any,
                NodeKind::AskPicture(_) => Shape::Picture,
                _ => Shape::Text,
            };
            return vec![(&input.variable, shape)];
        }
        match &self.kind {
            NodeKind::Set(set) => set
                .variables
                .iter()
                .map(|it| (&it.name, Shape::Any))
                .collect(),
            NodeKind::LookUp(look) => vec![(&look.variable, Shape::Row(look.table.clone()))],
            NodeKind::SaveRecord(save) => save
                .variable
                .iter()
                .map(|it| (it, Shape::Row(save.table.clone())))
                .collect(),
            NodeKind::Request(request) => request
                .response
                .iter()
                .map(|it| (&it.variable, Shape::Any))
                .collect(),
            NodeKind::Block(block) => block
                .outputs
                .iter()
                .map(|it| (&it.variable, Shape::Any))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// It waits for the requester.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.kind.input().is_some()
    }
}

fn with<'n>(next: Option<&'n NodeId>, other: Option<&'n NodeId>) -> Vec<Option<&'n NodeId>> {
    let mut ways = vec![next];
    if other.is_some() {
        ways.push(other);
    }
    ways
}
