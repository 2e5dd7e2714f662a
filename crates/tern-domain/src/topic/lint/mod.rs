//! Lint: everything that is wrong or unwise about a topic, with a reason and a fix.

mod graph;
mod names;
mod words;

pub use words::carrier_words_in;

use std::collections::BTreeMap;

use super::compile::{Finding, Parts, Severity, Surroundings};
use super::expression::Shape;
use super::file::TopicFile;
use super::{NodeId, VariableName};

/// All findings of a topic, in the order of its nodes; what is sound is compiled into `parts` on the way.
pub(super) fn lint(file: &TopicFile, around: &Surroundings, parts: &mut Parts) -> Vec<Finding> {
    let mut findings = Findings::default();
    graph::check(file, around, &mut findings);
    let variables = variables_of(file);
    names::check(file, around, &variables, parts, &mut findings);
    words::check(file, around, &mut findings);
    findings.in_order_of(file)
}

/// The variables of a topic. One that is set to different kinds of things may be anything.
fn variables_of(file: &TopicFile) -> BTreeMap<VariableName, Shape> {
    let mut variables: BTreeMap<_, _> = file
        .inputs
        .iter()
        .map(|input| (input.clone(), Shape::Any))
        .collect();
    for (name, shape) in file.nodes.iter().flat_map(super::Node::sets) {
        variables
            .entry(name.clone())
            .and_modify(|known| {
                if *known != shape {
                    *known = Shape::Any;
                }
            })
            .or_insert(shape);
    }
    variables
}

/// Findings in the making.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(
        &mut self,
        node: Option<&NodeId>,
        (severity, code): (Severity, &'static str),
        what: impl Into<String>,
        why: &str,
        fix: &str,
    ) {
        self.0.push(Finding {
            node: node.cloned(),
            severity,
            code,
            what: what.into(),
            why: why.to_owned(),
            fix: fix.to_owned(),
        });
    }

    fn in_order_of(mut self, file: &TopicFile) -> Vec<Finding> {
        let places: BTreeMap<&NodeId, usize> = file
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (&node.id, index + 1))
            .collect();
        self.0.sort_by_key(|finding| {
            let place = finding.node.as_ref().and_then(|id| places.get(id));
            (
                place.copied().unwrap_or_default(),
                std::cmp::Reverse(finding.severity),
            )
        });
        self.0
    }
}
