//! The virtual agent: one turn, checking a large topic, and the tests that run before it is published.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Context as _;
use serde_json::{Value, json};
use tern_domain::topic::{
    BotInput, BotSession, BotSettings, Phase, Said, SavedStep, SavedTest, Surroundings, TopicFile,
    TopicSet, compile, turn,
};
use tern_domain::{Millis, UtcMillis};

use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::Bench;

const NOW: UtcMillis = UtcMillis(1_700_000_000_000);
const TESTS: u64 = 1_000;

pub(crate) fn take(_bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    Ok(vec![one_turn()?, compiling()?, saved_tests()?])
}

/// A topic that goes round: text, value, decision and question, again and again.
fn topic(count: usize) -> anyhow::Result<TopicFile> {
    let nodes: Vec<Value> = (0..count).map(|index| node(index, count)).collect();
    let file = json!({
        "format": 1, "name": "long", "displayName": "A long talk", "start": "n3", "nodes": nodes
    });
    TopicFile::read(&file.to_string()).context("the topic cannot be read")
}

fn node(index: usize, count: usize) -> Value {
    let next = format!("n{}", (index + 1) % count);
    let id = format!("n{index}");
    match index % 4 {
        0 => json!({ "id": id, "kind": "sayText", "next": next,
            "text": "Thank you, {{ customer_name or 'and hello' }}: {{ answer }} is noted." }),
        1 => json!({ "id": id, "kind": "set", "next": next,
            "variables": [{ "name": "long_answer", "value": "size(answer) > 20" }] }),
        2 => json!({ "id": id, "kind": "decide", "branches": [
            { "when": "long_answer == true && answer.contains(\"order\")", "next": next.clone() },
            { "when": "true", "next": next }
        ] }),
        _ => json!({ "id": id, "kind": "askText", "variable": "answer", "next": next,
            "prompt": "And what else do you want to tell us?" }),
    }
}

fn set(count: usize) -> anyhow::Result<TopicSet> {
    let mut set = TopicSet::new(BotSettings::default(), []);
    let (topic, findings) = compile(topic(count)?, 1, &Surroundings::default());
    set.publish(topic.with_context(|| format!("{findings:?}"))?);
    Ok(set)
}

fn said(text: &str) -> BotInput {
    BotInput::Said(Said {
        text: text.into(),
        ..Said::default()
    })
}

fn one_turn() -> anyhow::Result<Figure> {
    let set = set(200)?;
    let begin = BotInput::Begin {
        first: Said {
            text: "a long talk".into(),
            ..Said::default()
        },
    };
    let mut session = turn(&set, BotSession::new(1, NOW), begin, NOW).session;
    let sample = Sample::take(0..2_000, |_| {
        let input = said("The order has not come yet, and I would like to know why.");
        let result = turn(
            &set,
            std::mem::replace(&mut session, BotSession::new(1, NOW)),
            input,
            NOW,
        );
        anyhow::ensure!(result.replies.len() == 2, "no answer");
        anyhow::ensure!(
            matches!(result.session.phase, Phase::Asking(_)),
            "no question"
        );
        session = result.session;
        Ok(())
    })?;
    Ok(Figure {
        name: "one turn of a topic of 200 nodes".to_owned(),
        value: sample.percentile(50) * 1_000.0,
        unit: "µs",
        target: Target::AtMost(200.0),
        note: format!("median; p99 {:.0} µs", sample.percentile(99) * 1_000.0),
    })
}

fn compiling() -> anyhow::Result<Figure> {
    let file = topic(1_000)?;
    let around = Surroundings::default();
    let sample = Sample::take(0..20, |_| {
        let (topic, _) = compile(file.clone(), 1, &around);
        anyhow::ensure!(topic.is_some(), "it does not compile");
        Ok(())
    })?;
    Ok(Figure {
        name: "compile and check a topic of 1,000 nodes".to_owned(),
        value: sample.percentile(90),
        unit: "ms",
        target: Target::AtMost(100.0),
        note: format!("p90; p50 {:.1} ms", sample.percentile(50)),
    })
}

fn saved_tests() -> anyhow::Result<Figure> {
    const TURNS: usize = 12;
    let set = set(200)?;
    let steps = (0..TURNS).map(|index| SavedStep {
        after: Millis::seconds(20),
        known: BTreeMap::new(),
        input: said(if index == 0 {
            "a long talk"
        } else {
            "Something else"
        }),
        replies: Vec::new(),
    });
    let test = SavedTest {
        name: "A long talk".to_owned(),
        seed: 1,
        began_at: NOW,
        known: BTreeMap::new(),
        steps: steps.collect(),
        unknown: serde_json::Map::new(),
    }
    .accepted(&set);
    let start = Instant::now();
    for _ in 0..TESTS {
        anyhow::ensure!(test.differences(&set).is_empty(), "a saved test differs");
    }
    Ok(Figure {
        name: format!("{TESTS} saved tests of {TURNS} turns"),
        value: start.elapsed().as_secs_f64(),
        unit: "s",
        target: Target::AtMost(5.0),
        note: String::new(),
    })
}
