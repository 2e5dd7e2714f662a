//! The shape of a topic: ways that lead nowhere, nodes that nothing leads to, loops, blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::topic::compile::{Severity, Surroundings};
use crate::topic::file::{TopicFile, TopicKind};
use crate::topic::text::request_host;
use crate::topic::{Node, NodeId, NodeKind, TopicName};

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

pub(super) fn check(file: &TopicFile, around: &Surroundings, findings: &mut Findings) {
    ids(file, findings);
    if file.node(&file.start).is_none() {
        findings.add(
            None,
            (ERROR, "no_start"),
            format!("There is no step “{}” to start with.", file.start),
            "A topic begins at its start.",
            "Choose the step that comes first.",
        );
    }
    let index: BTreeMap<&NodeId, &Node> = file.nodes.iter().map(|node| (&node.id, node)).collect();
    for node in &file.nodes {
        for way in node.ways().into_iter().flatten() {
            if !index.contains_key(way) {
                findings.add(
                    Some(&node.id),
                    (ERROR, "dead_end"),
                    format!("It leads to “{way}”, and there is no such step."),
                    "The topic would fail here.",
                    "Connect it to a step, or remove the connection to end the topic here.",
                );
            }
        }
        on_phone(node, file, findings);
        filled_in(node, findings);
        tables(node, around, findings);
        others(node, file, around, findings);
    }
    let reached = reach(&file.start, &index);
    for node in &file.nodes {
        if !reached.contains(&node.id) {
            findings.add(
                Some(&node.id),
                (WARNING, "unreachable"),
                "No way from the start leads here.",
                "Nobody will ever see it.",
                "Connect a step that is reached to it, or delete it.",
            );
        }
    }
    loops(file, &index, &reached, findings);
}

fn ids(file: &TopicFile, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for node in &file.nodes {
        if node.id.trim().is_empty() || !seen.insert(&node.id) {
            findings.add(
                Some(&node.id),
                (ERROR, "duplicate_id"),
                format!("Two steps are called “{}”, or one has no id.", node.id),
                "Connections could lead to either of them.",
                "Give each step an id of its own.",
            );
        }
    }
}

/// V-13: what no phone can show.
fn on_phone(node: &Node, file: &TopicFile, findings: &mut Findings) {
    let Some(what) = node.kind.unsupported() else {
        return;
    };
    if file.is_on_channel() {
        let name = if node.name.is_empty() {
            &node.id
        } else {
            &node.name
        };
        findings.add(
            Some(&node.id),
            (ERROR, "not_on_sms"),
            format!("“{name}” is {what}, which a text message cannot be."),
            "This topic is offered by text message.",
            "Use a question with choices, a text, a picture or a link instead.",
        );
    }
}

/// What has to hold something.
fn filled_in(node: &Node, findings: &mut Findings) {
    let (what, fix) = match &node.kind {
        NodeKind::AskChoice(ask) if ask.choices.is_empty() && ask.from.is_none() => {
            ("There is nothing to pick.", "Add a choice.")
        }
        NodeKind::Decide(decide) if decide.branches.is_empty() => {
            ("The decision has no branch.", "Add a branch.")
        }
        NodeKind::SayLink(say) if say.links.is_empty() || say.links.len() > 3 => (
            "There are no links, or more than three.",
            "Use one to three links; put more into another step.",
        ),
        NodeKind::SayText(say) if say.text.all().iter().all(|it| it.trim().is_empty()) => (
            "There is nothing to say.",
            "Write a text, or delete the step.",
        ),
        NodeKind::Pause(pause) if !(1..=60).contains(&pause.seconds) => (
            "A pause lasts 1 to 60 seconds.",
            "Choose a length within these limits.",
        ),
        kind => {
            let is_blank = kind
                .input()
                .is_some_and(|input| input.prompt.all().iter().all(|it| it.trim().is_empty()));
            if !is_blank {
                return;
            }
            ("The question has no words.", "Write what is asked.")
        }
    };
    findings.add(
        Some(&node.id),
        (ERROR, "incomplete"),
        what,
        "The topic would stop making sense here.",
        fix,
    );
}

fn tables(node: &Node, around: &Surroundings, findings: &mut Findings) {
    let (table, columns): (_, Vec<&String>) = match &node.kind {
        NodeKind::AskRecords(ask) => (
            &ask.table,
            ask.matching
                .iter()
                .map(|it| &it.column)
                .chain([&ask.label])
                .chain(&ask.own)
                .collect(),
        ),
        NodeKind::LookUp(look) => (
            &look.table,
            look.matching.iter().map(|it| &it.column).collect(),
        ),
        NodeKind::SaveRecord(save) => {
            (&save.table, save.values.iter().map(|it| &it.name).collect())
        }
        _ => return,
    };
    let Some(table) = around.tables.get(table) else {
        findings.add(
            Some(&node.id),
            (ERROR, "unknown_table"),
            format!("There is no table “{table}”."),
            "There would be nothing to read or write.",
            "Choose one of the tables, or define this one first.",
        );
        return;
    };
    for column in columns {
        if table.column(column).is_none() {
            findings.add(
                Some(&node.id),
                (ERROR, "unknown_column"),
                format!(
                    "The table “{}” has no column “{column}”.",
                    table.display_name
                ),
                "There would be nothing to read or write.",
                "Choose one of the table's columns.",
            );
        }
    }
}

/// Blocks, other topics and other systems.
fn others(node: &Node, file: &TopicFile, around: &Surroundings, findings: &mut Findings) {
    match &node.kind {
        NodeKind::Block(block) if calls(&block.topic, &file.name, around) => findings.add(
            Some(&node.id),
            (ERROR, "self_call"),
            format!("“{}” would call this topic again.", block.topic),
            "A block that calls itself never ends.",
            "Call another block, or go back to an earlier step instead.",
        ),
        NodeKind::Block(block) => match around.topics.get(&block.topic) {
            Some(signature) if signature.kind == TopicKind::Block => {
                let missing = block
                    .inputs
                    .iter()
                    .map(|it| (&it.name, &signature.inputs))
                    .chain(
                        block
                            .outputs
                            .iter()
                            .map(|it| (&it.output, &signature.outputs)),
                    )
                    .find(|(name, known)| !known.contains(name));
                if let Some((name, _)) = missing {
                    findings.add(
                        Some(&node.id),
                        (ERROR, "unknown_input"),
                        format!("The block “{}” has no “{name}”.", block.topic),
                        "The value would be lost.",
                        "Use the names of the block's inputs and outputs.",
                    );
                }
            }
            Some(_) => findings.add(
                Some(&node.id),
                (ERROR, "unknown_block"),
                format!("“{}” is no block.", block.topic),
                "Only blocks can be called and come back.",
                "Jump to it instead, or make it a block.",
            ),
            None => findings.add(
                Some(&node.id),
                (ERROR, "unknown_block"),
                format!("There is no block “{}”.", block.topic),
                "The topic would fail here.",
                "Choose a block that is published.",
            ),
        },
        NodeKind::Jump(jump) => match around.topics.get(&jump.topic) {
            Some(signature) if signature.kind != TopicKind::Block => {}
            _ => findings.add(
                Some(&node.id),
                (ERROR, "unknown_topic"),
                format!("There is no topic “{}” to go over to.", jump.topic),
                "The topic would fail here.",
                "Choose a topic that is published.",
            ),
        },
        NodeKind::Request(request) => host(node, &request.url, around, findings),
        _ => {}
    }
}

/// Whether calling a block would come back to a topic.
fn calls(block: &TopicName, topic: &TopicName, around: &Surroundings) -> bool {
    let mut open = vec![block];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if name == topic {
            return true;
        }
        if seen.insert(name)
            && let Some(signature) = around.topics.get(name)
        {
            open.extend(&signature.calls);
        }
    }
    false
}

fn host(node: &Node, url: &str, around: &Surroundings, findings: &mut Findings) {
    let named = request_host(url);
    let (what, fix) = match named {
        Some(host) if around.settings.allows_host(&host) => return,
        Some(host) => (
            format!("Requests to {host} are not allowed."),
            "Ask an admin to add this host to the allowed ones.",
        ),
        None => (
            "The address does not begin with https:// and a host.".to_owned(),
            "Write the host out; placeholders may only come after it.",
        ),
    };
    findings.add(
        Some(&node.id),
        (ERROR, "host_not_allowed"),
        what,
        "What customers write must only go where the team wants it to.",
        fix,
    );
}

fn reach<'f>(start: &'f NodeId, index: &BTreeMap<&'f NodeId, &'f Node>) -> BTreeSet<&'f NodeId> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        if let Some(node) = index.get(id)
            && reached.insert(id)
        {
            open.extend(node.ways().into_iter().flatten());
        }
    }
    reached
}

/// Circles in which nobody is asked anything (V-23). Found by taking away, again and again, the nodes that
/// nothing of the rest leads to: what is left lies on such a circle, or behind one.
fn loops(
    file: &TopicFile,
    index: &BTreeMap<&NodeId, &Node>,
    reached: &BTreeSet<&NodeId>,
    findings: &mut Findings,
) {
    let silent = |id: &NodeId| index.get(id).is_some_and(|node| !waits(node));
    let mut ways: BTreeMap<&NodeId, BTreeSet<&NodeId>> = BTreeMap::new();
    let mut leading: BTreeMap<&NodeId, usize> = BTreeMap::new();
    for node in file
        .nodes
        .iter()
        .filter(|it| reached.contains(&it.id) && !waits(it))
    {
        let next: BTreeSet<&NodeId> = node
            .ways()
            .into_iter()
            .flatten()
            .filter(|it| silent(it))
            .collect();
        for id in &next {
            *leading.entry(id).or_default() += 1;
        }
        ways.insert(&node.id, next);
    }
    let mut free: Vec<&NodeId> = ways
        .keys()
        .copied()
        .filter(|id| !leading.contains_key(*id))
        .collect();
    let mut rest: BTreeSet<&NodeId> = ways.keys().copied().collect();
    while let Some(id) = free.pop() {
        rest.remove(id);
        for next in ways.get(id).into_iter().flatten() {
            if let Some(count) = leading.get_mut(*next) {
                *count -= 1;
                if *count == 0 {
                    free.push(next);
                }
            }
        }
    }
    for node in &file.nodes {
        let comes_back = rest.contains(&node.id) && {
            let mut open: Vec<&NodeId> =
                ways.get(&node.id).into_iter().flatten().copied().collect();
            let mut seen = BTreeSet::new();
            std::iter::from_fn(|| {
                let id = open.pop()?;
                if seen.insert(id) {
                    open.extend(ways.get(id).into_iter().flatten());
                }
                Some(id)
            })
            .any(|id| *id == node.id)
        };
        if comes_back {
            let gets_out = reach(&node.id, index)
                .iter()
                .filter_map(|id| index.get(*id))
                .any(|it| waits(it) || it.ways().contains(&None));
            let severity = if gets_out { WARNING } else { ERROR };
            findings.add(
                Some(&node.id),
                (severity, "loop"),
                "From here the topic comes back here without asking anything.",
                "After 200 steps without an answer the conversation is ended.",
                "Put a question into the circle, or lead one of its ways out.",
            );
            // One finding names the circle; one for each of its nodes would bury the rest.
            return;
        }
    }
}

/// It waits for something before it goes on. A question that may be passed over does not.
fn waits(node: &Node) -> bool {
    match node.kind.input() {
        Some(input) => input.show_if.is_none() && input.keep_if.is_none(),
        None => matches!(node.kind, NodeKind::Transfer(_) | NodeKind::Jump(_)),
    }
}
