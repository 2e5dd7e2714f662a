//! The shape of a topic: ways that lead nowhere, nodes that nothing leads to, loops, blocks.

use super::Findings;
use crate::topic::compile::{Severity, Surroundings};
use crate::topic::file::TopicFile;

pub(super) fn check(file: &TopicFile, around: &Surroundings, findings: &mut Findings) {
    let _ = around;
    if file.node(&file.start).is_none() {
        findings.add(
            None,
            (Severity::Error, "no_start"),
            format!("There is no node “{}” to start with.", file.start),
            "A topic begins at its start.",
            "Choose the node that comes first.",
        );
    }
}
